import type { GrafanaRequest, GrafanaResponse } from './grafana.ts';
import { isRecord, type Datasource } from './inventory.ts';

/** Settings of one datasource: the new values of whole top-level keys of its `jsonData`. */
export interface DatasourceChange {
  readonly datasource: Pick<Datasource, 'uid' | 'name' | 'type'>;
  readonly jsonData: Readonly<Record<string, unknown>>;
}

/** What became of an attempt to apply a change. */
export type Applied =
  | { readonly ok: true }
  /** `read-only`: provisioned from a file, which has to be changed. `forbidden`: the asker may not. */
  | { readonly ok: false; readonly why: 'read-only' | 'forbidden' | 'gone' | 'failed'; readonly sentence: string };

/** Writes a change. All other settings, and the secrets, stay as they are. */
export async function applyChange(
  call: (request: GrafanaRequest) => Promise<GrafanaResponse>,
  { datasource, jsonData }: DatasourceChange
): Promise<Applied> {
  const path = `/api/datasources/uid/${encodeURIComponent(datasource.uid)}`;
  const current = await call({ method: 'GET', path });
  if (current.status === 401 || current.status === 403) {
    return {
      ok: false,
      why: 'forbidden',
      sentence: `You may not change ${datasource.name}: an admin may, or the YAML.`,
    };
  }
  if (current.status === 404 || !isRecord(current.data)) {
    return { ok: false, why: 'gone', sentence: `${datasource.name} is no longer there.` };
  }
  if (current.data.readOnly === true) {
    return {
      ok: false,
      why: 'read-only',
      sentence: `${datasource.name} is provisioned from a file: change the file, with the YAML.`,
    };
  }
  const before = isRecord(current.data.jsonData) ? current.data.jsonData : {};
  const answer = await call({ method: 'PUT', path, body: { ...current.data, jsonData: { ...before, ...jsonData } } });
  if (answer.status === 200) {
    return { ok: true };
  }
  if (answer.status === 403) {
    return {
      ok: false,
      why: 'forbidden',
      sentence: `You may not change ${datasource.name}: an admin may, or the YAML.`,
    };
  }
  const message = isRecord(answer.data) && typeof answer.data.message === 'string' ? `: ${answer.data.message}` : '';
  return { ok: false, why: 'failed', sentence: `Grafana did not take the change (${answer.status})${message}.` };
}

/**
 * The change as a file for Grafana's provisioning, to be written as YAML. Grafana expands `$NAME` in such files: a dollar sign of
 * a value is doubled. `now`: the settings that stay, because provisioning replaces the datasource as a whole.
 */
export function provisioningOf({ datasource, jsonData }: DatasourceChange, now: Datasource | undefined): object {
  return {
    apiVersion: 1,
    datasources: [
      {
        name: datasource.name,
        uid: datasource.uid,
        type: datasource.type,
        access: 'proxy',
        ...(now?.url !== undefined && { url: escaped(now.url) }),
        ...(now?.isDefault === true && { isDefault: true }),
        // Without it the page of the datasource, and this doctor, could no longer change it.
        ...(now?.readOnly === false && { editable: true }),
        jsonData: escaped({ ...now?.jsonData, ...jsonData }),
      },
    ],
  };
}

function escaped(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.replaceAll('$', '$$$$');
  }
  if (Array.isArray(value)) {
    return value.map(escaped);
  }
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, escaped(inner)]))
    : value;
}
