import { byUid, type Datasource } from '../inventory.ts';
import { propose } from '../links/traces-to-logs.ts';
import { logsLinkOf, type LogsLink } from '../links/traces-to-logs-settings.ts';
import { readLogsOfTraces } from '../samples/log-ids.ts';
import { isLoki, lokiOf } from '../samples/loki.ts';
import type { Check, DoctorContext, Remedy, Verdict } from '../types.ts';
import { otherKindOf } from './loki-reachable.ts';
import { storeOf } from './store-datasource.ts';
import { failed, ok, skipped, subjectOf, unknown, warning } from './verdicts.ts';

export const logsLinked: Check = {
  id: 'logs-linked',
  area: 'traces-to-logs',
  title: 'The store is linked to logs',
  needs: ['store-datasource'],
  run: async (context) => {
    const store = storeOf(context);
    const link = logsLinkOf(store);
    return [{ ...(await judged(context, store, link)), subject: subjectOf(store) }];
  },
};

/** The Loki datasource that traces of the store lead to; undefined where there is none. */
export function linkedLoki(context: DoctorContext): { readonly loki: Datasource; readonly link: LogsLink } | undefined {
  const link = logsLinkOf(storeOf(context));
  const loki = link && byUid(context.inventory, link.datasourceUid);
  return loki && isLoki(loki) ? { loki, link } : undefined;
}

/** What stands in the place of a test where there is no Loki to try. */
export function withoutLoki(context: DoctorContext): Verdict {
  const link = logsLinkOf(storeOf(context));
  const target = link && byUid(context.inventory, link.datasourceUid);
  const kind = target && otherKindOf(target);
  return target && kind
    ? unknown(`${target.name} is ${kind}: its fields and lines are not tested here. Open a trace’s logs to see.`)
    : skipped('Not tested, because traces lead to no Loki: see “The store is linked to logs”.');
}

async function judged(context: DoctorContext, store: Datasource, link: LogsLink | undefined): Promise<Verdict> {
  const { inventory } = context;
  const target = link && byUid(inventory, link.datasourceUid);
  if (link?.datasourceUid !== undefined && !target) {
    const sentence = `Spans of ${store.name} lead to logs in a datasource that is not there: the uid ${link.datasourceUid}.`;
    return failed(sentence, { remedy: await remedyFor(context, store) });
  }
  if (!link || !target) {
    const remedy = await remedyFor(context, store);
    const sentence = `${store.name} has no tracesToLogsV2${link ? ' with a datasource' : ''}, so spans lead to no logs.`;
    return remedy
      ? failed(sentence, { remedy })
      : skipped(`${sentence} There is no Loki with lines of its services either.`);
  }
  const kind = otherKindOf(target);
  if (!isLoki(target) && kind === undefined) {
    const sentence = `Spans of ${store.name} lead to ${target.name}, which is of the type ${target.type} and has no logs that Clew reads.`;
    return failed(sentence, { remedy: await remedyFor(context, store) });
  }
  if (link.version === 'v1') {
    const remedy = isLoki(target) ? (await propose(context, store, target)).remedy : undefined;
    return warning(
      `${store.name} has tracesToLogs, the old form: Grafana’s trace view reads it, Clew’s panel wants tracesToLogsV2.`,
      { remedy }
    );
  }
  const wrongShift = (['spanStartTimeShift', 'spanEndTimeShift'] as const).find(
    (name) => (name === 'spanStartTimeShift' ? link.startShiftMs : link.endShiftMs) === undefined
  );
  if (wrongShift) {
    const sentence = `${wrongShift} is ${JSON.stringify(link.raw[wrongShift])}, which is no time such as -1m or 30s.`;
    const mended = { ...link.raw, [wrongShift]: wrongShift === 'spanStartTimeShift' ? '-1m' : '1m' };
    return warning(sentence, {
      remedy: {
        summary: `Sets ${wrongShift} to a minute.`,
        change: { datasource: store, jsonData: { tracesToLogsV2: mended } },
      },
    });
  }
  const also = kind === undefined ? '' : ` It is ${kind}, which is not tested here.`;
  const sentence = `Spans of ${store.name} lead to ${target.name}.${also}`;
  return kind === undefined ? ok(sentence) : unknown(sentence);
}

/** To the Loki whose lines name most traces of the store, or else has most lines. Undefined where none has any. */
async function remedyFor(context: DoctorContext, store: Datasource): Promise<Remedy | undefined> {
  const all = await Promise.all(
    lokiOf(context.inventory).map(async (loki) => {
      const sample = await readLogsOfTraces(context, loki, store).catch(() => undefined);
      return { loki, worth: (sample?.named.length ?? 0) * 1000 + (sample?.lines.length ?? 0) };
    })
  );
  const best = all.reduce<(typeof all)[number] | undefined>((a, b) => (b.worth > (a?.worth ?? 0) ? b : a), undefined);
  return best && (await propose(context, store, best.loki)).remedy;
}
