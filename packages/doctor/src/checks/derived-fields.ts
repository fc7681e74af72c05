import type { Datasource } from '../inventory.ts';
import {
  fieldsOf,
  isAstray,
  isToStore,
  told,
  traceIn,
  valueIn,
  type DerivedField,
} from '../links/derived-field-settings.ts';
import { coverageOf, patternsFor, placeOf, propose, troubleOf } from '../links/derived-fields.ts';
import { readLogsOfTraces, type LogsOfTraces } from '../samples/log-ids.ts';
import type { Check, DoctorContext, Verdict } from '../types.ts';
import { eachLoki, type LokiInQuestion } from './each-loki.ts';
import { storeOf } from './store-datasource.ts';
import { failed, lookBack, names, ok, skipped, unknown, warning } from './verdicts.ts';

export const derivedFields: Check = {
  id: 'derived-fields',
  area: 'logs',
  title: 'Log lines lead to traces',
  needs: ['store-datasource'],
  run: async (context) => eachLoki(context, (one) => judged(context, one)),
};

async function judged(context: DoctorContext, one: LokiInQuestion): Promise<Verdict> {
  const { source } = one;
  const store = storeOf(context);
  const fields = fieldsOf(context.inventory, source, store);
  const sample = await readLogsOfTraces(context, source, store);
  const evidence = fields.map((field) => `${told(field)}: ${matchesOf(field, sample)}`);
  const trouble = troubleIn(fields, sample, source);
  if (trouble !== undefined) {
    const { remedy } = await propose(context, source, store);
    return failed(trouble, { evidence, remedy });
  }
  const { right, linked, left } = coverageOf(fields, sample);
  if (right.length === 0) {
    return unlinked(context, one, fields, sample, evidence);
  }
  const total = sample.lines.length;
  if (total === 0) {
    return unknown(`No lines in ${lookBack(context)}, so ${told(right[0])} was not tried.`, { evidence });
  }
  if (left.length > 0) {
    return missing(context, source, { right, linked: linked.length, left: left.length }, sample, evidence);
  }
  const wrong = right.find((field) =>
    sample.lines.some((line) => valueIn(field, line) !== undefined && traceIn(field, line) === undefined)
  );
  if (wrong) {
    const value = sample.lines.map((line) => valueIn(wrong, line)).find((text) => text !== undefined);
    return warning(`“${wrong.name}” also makes links of what is no trace id: ${value}.`, {
      evidence,
      remedy: {
        summary: 'Such links open nothing.',
        steps: [`Let the pattern of “${wrong.name}” take ids alone, such as ([0-9a-f]{32}), or let it lead elsewhere.`],
      },
    });
  }
  if (linked.length === 0) {
    return unknown(`None of ${total} lines names a trace, so ${told(right[0])} was not tried.`, { evidence });
  }
  const by = names(right.filter((field) => sample.lines.some((line) => traceIn(field, line))).map(({ name }) => name));
  return ok(`All ${linked.length} of ${total} sampled lines that name a trace have the link, by ${by}.`, { evidence });
}

/** What is wrong with the settings as they stand, whatever the lines are. */
function troubleIn(fields: readonly DerivedField[], sample: LogsOfTraces, { name }: Datasource): string | undefined {
  const gone = fields.filter(({ leadsTo }) => leadsTo === 'gone');
  if (gone.length > 0) {
    const uids = names(gone.map((field) => `“${field.name}” to the uid ${field.datasourceUid}`));
    return `Lines of ${name} lead to a datasource that is not there: ${uids}.`;
  }
  const strange = fields.find((field) => isAstray(field, sample.lines));
  if (strange?.target) {
    return `“${strange.name}” leads to ${strange.target.name}, which is of the type ${strange.target.type} and has no traces.`;
  }
  const broken = fields.find((field) => isToStore(field) && troubleOf(field) !== undefined);
  return broken && `“${broken.name}” cannot work: ${troubleOf(broken)}.`;
}

/** Whether that matters shows in the lines: those that name a trace. */
async function unlinked(
  context: DoctorContext,
  { source, isLinked }: LokiInQuestion,
  fields: readonly DerivedField[],
  { lines, named }: LogsOfTraces,
  evidence: readonly string[]
): Promise<Verdict> {
  const store = storeOf(context);
  if (named.length === 0) {
    const why =
      lines.length === 0 ? `no lines in ${lookBack(context)}` : `none of ${lines.length} sampled lines names a trace`;
    const sentence = `No derived field of ${source.name} leads to ${store.name}; ${why}.`;
    return isLinked ? warning(sentence, { evidence }) : skipped(sentence, { evidence });
  }
  const { sentence, remedy, preview } = await propose(context, source, store);
  const more = { evidence: [...evidence, ...preview.lines], remedy };
  const isElsewhere = fields.some(
    (field) => field.leadsTo === 'other' && lines.some((line) => traceIn(field, line) !== undefined)
  );
  if (preview.works === false) {
    const judge = isLinked ? warning : skipped;
    return judge(
      `No derived field of ${source.name} leads to ${store.name}; the traces that its lines name are not there.`,
      more
    );
  }
  return isElsewhere ? warning(sentence, more) : failed(sentence, more);
}

/** Lines that name a trace and have no link. */
async function missing(
  context: DoctorContext,
  source: Datasource,
  { right, linked, left }: { right: readonly DerivedField[]; linked: number; left: number },
  sample: LogsOfTraces,
  evidence: readonly string[]
): Promise<Verdict> {
  const { remedy, preview } = await propose(context, source, storeOf(context));
  const total = sample.lines.length;
  const places = patternsFor(sample).map(placeOf).join(', and in ');
  const who = names(right.map(({ name, matcherRegex }) => `“${name}” (${matcherRegex})`));
  const more = { evidence: [...evidence, ...preview.lines], remedy };
  return linked === 0
    ? failed(`${who} matches 0 of ${total} lines, although ${left} of them name a trace, in ${places}.`, more)
    : warning(`${left} of ${linked + left} lines that name a trace have no link: ids are in ${places}.`, more);
}

/** `matches 40 of 100 lines`. */
function matchesOf(field: DerivedField, { lines }: LogsOfTraces): string {
  const number = lines.filter((line) => valueIn(field, line) !== undefined).length;
  return `matches ${number} of ${lines.length} lines`;
}
