import type { GrafanaRequest, GrafanaResponse } from './grafana.ts';

export const CLEW_TYPE = 'clew-traces-datasource';

export interface Datasource {
  readonly uid: string;
  readonly name: string;
  /** The plugin's id: `prometheus`, `loki`, `tempo`, `clew-traces-datasource`. */
  readonly type: string;
  readonly isDefault: boolean;
  readonly jsonData: Readonly<Record<string, unknown>>;
  /** Provisioned from a file, or of a kind that cannot be changed. Undefined where the asker may not know. */
  readonly readOnly: boolean | undefined;
  /** Where Grafana finds it. Undefined where the asker may not know. */
  readonly url: string | undefined;
}

export interface Inventory {
  readonly datasources: readonly Datasource[];
  /**
   * `api`: Grafana's list, with all settings. `frontend`: what every signed-in user is told, for those who may not read the list; no
   * addresses, nothing about what is read-only.
   */
  readonly source: 'api' | 'frontend';
}

export class InventoryError extends Error {
  override readonly name = 'InventoryError';
}

type Call = (request: GrafanaRequest) => Promise<GrafanaResponse>;

/** The datasources of the organisation. Throws InventoryError where Grafana tells neither list. */
export async function readInventory(call: Call): Promise<Inventory> {
  const list = await call({ method: 'GET', path: '/api/datasources' });
  if (list.status === 200 && Array.isArray(list.data)) {
    return { source: 'api', datasources: list.data.filter(isRecord).map(fromApi) };
  }
  if (list.status === 401) {
    throw new InventoryError(
      'Grafana does not accept the credentials (401). Use a token of a service account, or sign in.'
    );
  }
  const settings = await call({ method: 'GET', path: '/api/frontend/settings' });
  if (settings.status === 200 && isRecord(settings.data) && isRecord(settings.data.datasources)) {
    return {
      source: 'frontend',
      datasources: Object.values(settings.data.datasources)
        .filter(isRecord)
        // Grafana's own: mixed queries, dashboards, expressions. They have no id of a number above zero.
        .filter(({ id }) => typeof id === 'number' && id > 0)
        .map(fromFrontend),
    };
  }
  throw new InventoryError(
    `Grafana tells no datasources: /api/datasources answers ${list.status}, /api/frontend/settings ${settings.status}.`
  );
}

export const ofType = ({ datasources }: Inventory, type: string): Datasource[] =>
  datasources.filter((datasource) => datasource.type === type);

export const byUid = ({ datasources }: Inventory, uid: unknown): Datasource | undefined =>
  datasources.find((datasource) => datasource.uid === uid);

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function fromApi(row: Record<string, unknown>): Datasource {
  return {
    ...common(row),
    readOnly: row.readOnly === true,
    url: text(row.url) || undefined,
  };
}

const fromFrontend = (row: Record<string, unknown>): Datasource => ({
  ...common(row),
  readOnly: row.readOnly === true ? true : undefined,
  url: undefined,
});

function common(row: Record<string, unknown>) {
  return {
    uid: text(row.uid),
    name: text(row.name),
    type: text(row.type),
    isDefault: row.isDefault === true,
    jsonData: isRecord(row.jsonData) ? row.jsonData : {},
  };
}
