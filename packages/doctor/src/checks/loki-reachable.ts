import type { Datasource } from '../inventory.ts';
import { logsLinkOf } from '../links/traces-to-logs-settings.ts';
import { readLokiLabels } from '../samples/loki.ts';
import type { Check, DoctorContext, Verdict } from '../types.ts';
import { lokisOf, type LokiInQuestion } from './each-loki.ts';
import { count, failed, messageIn, names, ok, problemOf, skipped, subjectOf, unknown } from './verdicts.ts';

/** Logs datasources that Clew's panel reads, and that the doctor does not ask. */
const OTHERS: Readonly<Record<string, string>> = {
  elasticsearch: 'Elasticsearch',
  'grafana-opensearch-datasource': 'OpenSearch',
  'victoriametrics-logs-datasource': 'VictoriaLogs',
};

export const lokiReachable: Check = {
  id: 'loki-reachable',
  area: 'logs',
  title: 'Loki answers',
  run: async (context) => {
    const all = lokisOf(context);
    const others = othersIn(context);
    if (all.length === 0 && others.length === 0) {
      return [skipped('Grafana has no Loki datasource: there are no logs to connect.')];
    }
    return [...(await Promise.all(all.map((one) => judged(context, one)))), ...others];
  },
};

/** The name of a kind of logs datasource that is not Loki. */
export const otherKindOf = ({ type }: Pick<Datasource, 'type'>): string | undefined => OTHERS[type];

async function judged(context: DoctorContext, { source, isLinked, isOnly }: LokiInQuestion): Promise<Verdict> {
  const subject = subjectOf(source);
  const at = source.url === undefined ? '' : ` at ${source.url}`;
  try {
    const { names: labels, response } = await readLokiLabels(context, source);
    if (labels) {
      return ok(`${source.name} answers, and has ${count(labels.length, 'label')}: ${names(labels)}.`, { subject });
    }
    const said = messageIn(response.data);
    const problem =
      problemOf(response, source.name) ??
      failed(`What answers${at} does not speak Loki’s API.`, { evidence: said === undefined ? [] : [said] });
    if (problem.outcome === 'unknown') {
      return { ...problem, subject };
    }
    return isLinked || isOnly
      ? { ...problem, subject, remedy: remedyOf(source, response.status === 400) }
      : skipped(`${problem.sentence} Nothing is linked with it.`, { subject });
  } catch (error) {
    return unknown(error instanceof Error ? error.message : String(error), { subject });
  }
}

const remedyOf = ({ name, url }: Datasource, isRefused: boolean) => ({
  summary: 'The URL of the datasource has to be Loki’s own, without /loki at its end.',
  steps: [
    `Look at the settings of ${name}${url === undefined ? '' : `: its URL is ${url}`}.`,
    ...(isRefused ? ['With several tenants Loki wants the header X-Scope-OrgID: set it as a custom header.'] : []),
  ],
});

/** Their links are not tested: that is said, and never taken for working. Those that nothing leads to are no concern. */
function othersIn({ inventory, store }: DoctorContext): Verdict[] {
  const linked = store && logsLinkOf(store)?.datasourceUid;
  return inventory.datasources.flatMap((source) => {
    const kind = otherKindOf(source);
    if (kind === undefined) {
      return [];
    }
    const sentence = `${source.name} is ${kind}. Clew’s panel reads its lines; whether it answers, and its links to traces, are not tested here.`;
    const more = { subject: subjectOf(source) };
    return [source.uid === linked ? unknown(sentence, more) : skipped(sentence, more)];
  });
}
