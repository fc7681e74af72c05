import { byUid, isRecord, ofType, type Datasource } from '../inventory.ts';
import { isOnStore } from '../links/exemplars.ts';
import { isPrometheus, prometheusOf, queryInstant, readReachable } from '../samples/prometheus.ts';
import type { Check, DoctorContext, Verdict } from '../types.ts';
import { storeOf } from './store-datasource.ts';
import { ok, skipped, subjectOf, warning } from './verdicts.ts';

const NAME = 'traces_service_graph_request_total';

export const serviceGraph: Check = {
  id: 'service-graph',
  area: 'metrics',
  title: 'Tempo’s service graph has its metrics',
  needs: ['store-datasource'],
  run: async (context) => {
    const store = storeOf(context);
    const tempos = ofType(context.inventory, 'tempo').filter((tempo) => isOnStore(tempo, store));
    return tempos.length === 0
      ? [skipped('No datasource of the type Tempo is known to use this store.')]
      : Promise.all(tempos.map(async (tempo) => ({ ...(await judged(context, tempo)), subject: subjectOf(tempo) })));
  },
};

async function judged(context: DoctorContext, tempo: Datasource): Promise<Verdict> {
  const map = isRecord(tempo.jsonData.serviceMap) ? tempo.jsonData.serviceMap : {};
  const source = byUid(context.inventory, map.datasourceUid);
  const choices = prometheusOf(context.inventory);
  const wanted = source && isPrometheus(source) ? source : choices[0];
  const remedy = wanted && {
    summary: `Takes the service graph’s metrics from ${wanted.name}.`,
    change: { datasource: tempo, jsonData: { serviceMap: { ...map, datasourceUid: wanted.uid } } },
  };
  if (map.datasourceUid === undefined || map.datasourceUid === '') {
    return warning(`${tempo.name} has no datasource for its service graph, so Explore shows none.`, { remedy });
  }
  if (!source || !isPrometheus(source)) {
    const what = source
      ? `${source.name}, which is no Prometheus`
      : `the uid ${String(map.datasourceUid)}, which is not there`;
    return warning(`The service graph of ${tempo.name} comes from ${what}.`, { remedy });
  }
  if (!(await readReachable(context, source)).samples) {
    return skipped(`Not tested, because ${source.name} does not answer.`);
  }
  const { samples } = await queryInstant(context, source, `count(${NAME})`);
  const series = samples?.[0]?.value;
  return series === undefined
    ? warning(
        `${source.name} has no ${NAME}, so the service graph of ${tempo.name} is empty: see “Span metrics are scraped”.`
      )
    : ok(`${source.name} has ${series} series of ${NAME}.`);
}
