import type { Datasource } from '../inventory.ts';
import { fieldsOf, isToStore } from '../links/derived-field-settings.ts';
import { logsLinkOf } from '../links/traces-to-logs-settings.ts';
import { lokiOf, readLokiLabels } from '../samples/loki.ts';
import type { DoctorContext, Verdict } from '../types.ts';
import { skipped, subjectOf, unknown } from './verdicts.ts';

export interface LokiInQuestion {
  readonly source: Datasource;
  /** Its lines lead to the store or are meant to, or traces of the store lead to it. */
  readonly isLinked: boolean;
  /** There is no other. */
  readonly isOnly: boolean;
}

/** The Loki datasources, and how they stand to the store. */
export function lokisOf({ inventory, store }: DoctorContext): LokiInQuestion[] {
  const sources = lokiOf(inventory);
  const link = store && logsLinkOf(store);
  return sources.map((source) => {
    const fields = store ? fieldsOf(inventory, source, store) : [];
    const isLinked =
      link?.datasourceUid === source.uid || fields.some((field) => isToStore(field) || field.leadsTo === 'gone');
    return { source, isLinked, isOnly: sources.length === 1 };
  });
}

/** One verdict for each Loki datasource that answers. */
export async function eachLoki(
  context: DoctorContext,
  judge: (one: LokiInQuestion) => Promise<Verdict>
): Promise<Verdict[]> {
  const all = lokisOf(context);
  if (all.length === 0) {
    return [skipped('Grafana has no Loki datasource.')];
  }
  return Promise.all(
    all.map(async (one) => ({ ...(await judged(context, one, judge)), subject: subjectOf(one.source) }))
  );
}

async function judged(
  context: DoctorContext,
  one: LokiInQuestion,
  judge: (one: LokiInQuestion) => Promise<Verdict>
): Promise<Verdict> {
  try {
    const { names } = await readLokiLabels(context, one.source);
    return names ? await judge(one) : skipped(`Not tested: see what “Loki answers” says of ${one.source.name}.`);
  } catch (error) {
    return unknown(`${one.source.name} could not be tested. ${error instanceof Error ? error.message : String(error)}`);
  }
}
