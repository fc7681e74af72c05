import type { GrafanaRequest, GrafanaResponse } from '../grafana.ts';
import { CLEW_TYPE, type Datasource } from '../inventory.ts';
import { runDoctor } from '../run.ts';
import type { Check, CheckResult, DoctorContext } from '../types.ts';

export const datasource = (uid: string, type: string, more: Partial<Datasource> = {}): Datasource => ({
  ...{ uid, type, name: uid, isDefault: false, jsonData: {}, readOnly: false, url: undefined },
  ...more,
});

export const store = datasource('clew', CLEW_TYPE, { name: 'Clew', url: 'http://clew:3200' });

/** By the start of a path below the proxy of a datasource (`clew/clew/v1/status`), or of a path of Grafana's API (`/api/…`). */
export type Answers = Readonly<Record<string, GrafanaResponse | ((request: GrafanaRequest) => GrafanaResponse)>>;

const PROXY = '/api/datasources/proxy/uid/';

/** What has no answer is not there, as Grafana says it. */
export const answering =
  (answers: Answers) =>
  async (request: GrafanaRequest): Promise<GrafanaResponse> => {
    const path = request.path.startsWith(PROXY) ? request.path.slice(PROXY.length) : request.path;
    const [, answer] = Object.entries(answers).find(([start]) => path.startsWith(start)) ?? [];
    return typeof answer === 'function' ? answer(request) : (answer ?? { status: 404, data: { message: 'Not found' } });
  };

export const json = (data: unknown): GrafanaResponse => ({ status: 200, data });

/** Prometheus' envelope. */
export const success = (data: unknown): GrafanaResponse => json({ status: 'success', data });

/** A context for what is called without a run. */
export function contextOf(datasources: readonly Datasource[], answers: Answers, nowMs = Date.now()): DoctorContext {
  const values = new Map<string, Promise<unknown>>();
  return {
    call: answering(answers),
    inventory: { source: 'api', datasources },
    store: datasources.find(({ type }) => type === CLEW_TYPE),
    range: { fromMs: nowMs - 3_600_000, toMs: nowMs },
    once: <T>(key: string, read: () => Promise<T>) => {
      const known = values.get(key) ?? read();
      values.set(key, known);
      return known as Promise<T>;
    },
    outcomes: new Map(),
  };
}

/** Runs some of the checks, by the way of runDoctor. */
export async function run(
  checks: readonly Check[],
  datasources: readonly Datasource[],
  answers: Answers
): Promise<Readonly<Record<string, CheckResult>>> {
  const { results } = await runDoctor({
    checks,
    clock: { now: Date.now, sleep: () => new Promise(() => undefined) },
    transport: answering({ ...answers, '/api/datasources': json(datasources) }),
  });
  return Object.fromEntries(results.map((result) => [result.id, result]));
}
