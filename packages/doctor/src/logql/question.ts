/** What the spans of a trace have in one of their attributes, and the label that log lines have it in. */
export interface TagValues {
  /** The span's attribute: `service.name`. */
  readonly key: string;
  readonly label: string;
  /** Distinct, none of them empty. */
  readonly values: readonly string[];
  /** Every span has it. */
  readonly isOnAll: boolean;
}

export interface LogsQuestion {
  /** 32 hex digits in lower case. */
  readonly traceId: string;
  readonly tags: readonly TagValues[];
  /** The tags were chosen in the settings, and are not what is usual. */
  readonly areTagsChosen: boolean;
  /** The settings' own query, in which variables stand. */
  readonly customQuery: string | undefined;
}

/** `${__tags}` and the trace's id; `${__span.traceId}` is what the settings' form offers. */
const VARIABLE = /\$\{(__[\w.]+(?:\[[^\]]*\])?)(?::\w+)?\}/g;
const TRACE_ID_NAMES = ['__trace.traceId', '__span.traceId'];

/** Variables of a custom query that differ from span to span, and so have no value for a whole trace. */
export const perSpanVariables = (query: string): string[] => [
  ...new Set(
    [...query.matchAll(VARIABLE)].flatMap(([text, name]) =>
      name === '__tags' || TRACE_ID_NAMES.includes(name) ? [] : [text]
    )
  ),
];

export const fillCustomQuery = (query: string, traceId: string, tags: string): string =>
  query.replace(VARIABLE, (text, name: string) =>
    name === '__tags' ? tags : TRACE_ID_NAMES.includes(name) ? traceId : text
  );

/** The custom query, if it can be asked for a whole trace. */
export const customQueryOf = ({ customQuery }: LogsQuestion): string | undefined =>
  customQuery !== undefined && perSpanVariables(customQuery).length === 0 ? customQuery : undefined;

/** A trace's id as logs have it: `7467aed0-e859-…` too; of 64 bits without its zeros. */
export function idForms(traceId: string): string[] {
  const dashed = traceId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const short = /^0{16}(.{16})$/.exec(traceId)?.[1];
  return short === undefined ? [traceId, dashed] : [short, dashed];
}

/** The settings and the trace together make no query; the message says what to change. */
export class QuestionError extends Error {
  override readonly name = 'QuestionError';
}
