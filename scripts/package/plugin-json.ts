/** What packaging reads of a plugin.json. */
export interface PluginJson {
  readonly id: string;
  readonly type: string;
  readonly info: {
    readonly version: string;
    readonly updated: string;
    readonly logos: { readonly small: string; readonly large: string };
    readonly screenshots?: ReadonlyArray<{ readonly name: string; readonly path: string }>;
  };
  readonly includes?: ReadonlyArray<{ readonly type: string; readonly path?: string }>;
  readonly buildMode?: string;
}

export const PLUGIN_ID = 'clew-correlation-app';

export const isPluginJson = (path: string): boolean => /(^|\/)plugin\.json$/.test(path);
