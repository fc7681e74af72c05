import { fieldsOf, valueIn } from '../links/derived-field-settings.ts';
import { coverageOf, firstId, isTooNew, lineOf, tryLines } from '../links/derived-fields.ts';
import { readLogsOfTraces, usableId } from '../samples/log-ids.ts';
import type { Check, DoctorContext, Verdict } from '../types.ts';
import { eachLoki, type LokiInQuestion } from './each-loki.ts';
import { storeOf } from './store-datasource.ts';
import { failed, lookBack, names, ok, skipped, unknown, warning } from './verdicts.ts';

export const logTracesResolve: Check = {
  id: 'log-traces-resolve',
  area: 'logs',
  title: 'Traces that logs name are there',
  needs: ['store-reachable'],
  run: async (context) => eachLoki(context, (one) => judged(context, one)),
};

async function judged(context: DoctorContext, { source, isLinked }: LokiInQuestion): Promise<Verdict> {
  const store = storeOf(context);
  const sample = await readLogsOfTraces(context, source, store);
  const fields = fieldsOf(context.inventory, source, store);
  const { right, linked } = coverageOf(fields, sample);
  const lines = linked.length > 0 ? linked : sample.named;
  if (lines.length === 0) {
    return withoutId(context, sample.lines, isLinked);
  }
  const tried = await tryLines(context, store, lines, (line) => {
    const raw = right.map((field) => valueIn(field, line)).find((value) => value !== undefined);
    return raw === undefined ? firstId(line) : { raw, traceId: usableId(raw) };
  });
  const evidence = tried.map(lineOf);
  const known = tried.filter((one) => one.lookup.found !== undefined && !isTooNew(one));
  const lost = known.filter(({ lookup }) => lookup.found === false);
  if (known.length === 0 && tried.some(isTooNew)) {
    return unknown(
      'The lines that name a trace are only seconds old: their traces may still come. Run it again in a minute.',
      { evidence }
    );
  }
  if (known.length === 0) {
    return unknown(`${store.name} did not answer when asked for the traces of ${tried.length} lines.`, { evidence });
  }
  if (lost.length === 0) {
    return ok(`The traces of all ${known.length} lines that were tried are in ${store.name}.`, { evidence });
  }
  if (!isLinked && lost.length === known.length) {
    return skipped(`${source.name} is not linked, and none of the traces that its lines name is in ${store.name}.`);
  }
  const whys = [...new Set(lost.map(({ why = '' }) => why))];
  const sentence = `${lost.length} of ${known.length} lines name a trace that is not in ${store.name}: ${names(whys)}.`;
  const remedy = {
    summary: 'A line leads somewhere only where the trace that it names was kept.',
    steps: STEPS.filter(([start]) => whys.some((why) => why.startsWith(start))).map(([, step]) => step),
  };
  return lost.length === known.length
    ? failed(sentence, { evidence, remedy })
    : warning(sentence, { evidence, remedy });
}

function withoutId(
  context: DoctorContext,
  lines: ReadonlyArray<{
    readonly ids: ReadonlyArray<{ readonly key: string; readonly raw: string; readonly trouble: string | undefined }>;
  }>,
  isLinked: boolean
): Verdict {
  const malformed = lines.flatMap(({ ids }) => ids).filter(({ trouble }) => trouble !== undefined);
  if (malformed.length > 0) {
    const [{ key, raw, trouble }] = malformed;
    const sentence = `Lines have ids that no link can use: ${key} is ${raw}, ${trouble}.`;
    const remedy = {
      summary: 'The logger has to write the id as W3C trace context does: 32 hexadecimal digits.',
      steps: ['With Datadog’s libraries: DD_TRACE_128_BIT_TRACEID_LOGGING_ENABLED=true.'],
    };
    return isLinked ? failed(sentence, { remedy }) : warning(sentence, { remedy });
  }
  return lines.length === 0
    ? unknown(`No lines in ${lookBack(context)}, so no trace was looked for.`)
    : skipped(`None of ${lines.length} sampled lines names a trace.`);
}

const STEPS: ReadonlyArray<readonly [string, string]> = [
  ['malformed', 'Let the logger write the W3C trace id: 32 hexadecimal digits.'],
  ['too old', 'Raise CLEW_RETENTION_DAYS or CLEW_RETENTION_BYTES, so that traces live as long as logs.'],
  [
    'never received',
    'Send the spans of these services to this store. Lines of requests that are not sampled lead nowhere.',
  ],
  [
    'never received',
    'With several tenants: the datasource has to send the tenant (X-Scope-OrgID) that the spans came with.',
  ],
];
