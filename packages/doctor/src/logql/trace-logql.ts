import { goString, re2Literal } from './escape.ts';
import {
  QuestionError,
  customQueryOf,
  fillCustomQuery,
  idForms,
  type LogsQuestion,
  type TagValues,
} from './question.ts';

/** Structured metadata and labels that have the id; OpenTelemetry's name first. */
const ID_LABELS = ['trace_id', 'traceid', 'traceId', 'traceID'];
/** Characters of the alternatives of one label. Queries travel in URLs, which servers cut. */
const MOST_CHARS = 4000;

/** Queries whose lines together are all of the trace; no line is in two. Throws QuestionError where nothing can be asked. */
export function traceLogql(question: LogsQuestion): string[] {
  const own = customQueryOf(question);
  if (own !== undefined) {
    const tags = own.includes('${__tags}') ? matchersOf(question.tags, 'any').join(', ') : '';
    return [fillCustomQuery(own, question.traceId, tags)];
  }
  const selector = selectorOf(question, 'any');
  const inLine = `"(?i)(${idForms(question.traceId).join('|')})"`;
  const inLabel = `"(?i)0*(${idForms(question.traceId).join('|')})"`;
  const byLabel = ID_LABELS.map((label) => `${label}=~${inLabel}`).join(' or ');
  // A filter on lines does not see structured metadata. Two queries that share no line are both quick; one for both cannot be.
  return [`${selector} |~ ${inLine}`, `${selector} | ${byLabel} !~ ${inLine}`];
}

/** Lines of the same services that name no trace. Throws QuestionError. */
export function likelyLogql(question: LogsQuestion): string {
  const unnamed = ID_LABELS.map((label) => `${label}=""`).join(' | ');
  return `${selectorOf(question, 'cut')} | ${unnamed} !~ "(?i)(trace[_.-]?id|traceparent)"`;
}

/** The streams that the spans of the question are looked up in. Throws QuestionError. */
export function selectorOf(question: Pick<LogsQuestion, 'tags'>, whenLong: 'any' | 'cut'): string {
  return `{${matchersOf(question.tags, whenLong).join(', ')}}`;
}

/**
 * Every stream that a span of the trace would be looked up in: for each label one of the values, or none if some spans lack it.
 * Loki wants at least one matcher that does not match nothing. `whenLong`: too many values are any value, or those that fit.
 */
function matchersOf(tags: readonly TagValues[], whenLong: 'any' | 'cut'): string[] {
  const present = tags.filter(({ values }) => values.length > 0);
  if (present.length === 0) {
    const keys = tags.map(({ key }) => key).join(', ');
    throw new QuestionError(
      keys === ''
        ? 'The settings map no attribute to a label of Loki, which wants at least one.'
        : `No span of this trace has ${keys}, which the settings map to labels of Loki.`
    );
  }
  const sure = present.findIndex(({ isOnAll }) => isOnAll);
  return present.map((tag, index) => matcherOf(tag, index === Math.max(0, sure) || tag.isOnAll, whenLong));
}

function matcherOf({ label, values }: TagValues, isWanted: boolean, whenLong: 'any' | 'cut'): string {
  const name = labelName(label);
  if (values.length === 1 && isWanted) {
    return `${name}=${goString(values[0])}`;
  }
  const literals = fitting(values.map(re2Literal), whenLong);
  if (literals === undefined) {
    return isWanted ? `${name}=~".+"` : `${name}=~".*"`;
  }
  return `${name}=~${goString([...literals, ...(isWanted ? [] : [''])].join('|'))}`;
}

function fitting(literals: readonly string[], whenLong: 'any' | 'cut'): readonly string[] | undefined {
  let chars = 0;
  const count = literals.findIndex((literal) => (chars += literal.length + 1) > MOST_CHARS);
  if (count === -1) {
    return literals;
  }
  return whenLong === 'cut' && count > 0 ? literals.slice(0, count) : undefined;
}

/** Loki's labels are words; it makes them so itself when it takes in attributes. */
export const labelName = (text: string): string => text.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
