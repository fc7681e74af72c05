type Formatter = (value: unknown) => string;

/** `templateSrv.replace` with its scoped variables bound. */
export type ReplaceVariables = (text: string, format: (value: unknown, variable: VariableInfo) => string) => string;

/** What Grafana tells a formatter about the variable. */
interface VariableInfo {
  readonly multi?: boolean;
  readonly includeAll?: boolean;
}

/** Strings, whole or not yet closed, and what is between them. */
const SEGMENT = /"(?:[^"\\]|\\[\s\S])*"?|`[^`]*`?|[^"`]+/g;

/**
 * Fills dashboard variables into TraceQL. Inside a string a value is escaped, so that no value can end it; after `=~`
 * and `!~` a variable of several values becomes an alternation. A string that is one variable of several values after
 * `=` or `!=` becomes a regular expression too, since nothing equals a list. Outside strings values stand as they are:
 * a trace id, a number, a duration, a part of a query.
 */
export function interpolateTraceql(text: string, replace: ReplaceVariables): string {
  let result = '';
  for (const [segment] of text.matchAll(SEGMENT)) {
    const quote = segment[0];
    if (quote === '"' || quote === '`') {
      result = appendString(result, segment, replace);
    } else {
      result += replace(segment, joined);
    }
  }
  return result;
}

function appendString(before: string, segment: string, replace: ReplaceVariables): string {
  const quote = segment[0];
  const isClosed = segment.length > 1 && segment.endsWith(quote);
  const body = segment.slice(1, isClosed ? -1 : undefined);
  const escape = quote === '"' ? escapeQuoted : escapeRaw;
  const wrap = (text: string): string => quote + text + (isClosed ? quote : '');
  if (/[=!]~\s*$/.test(before)) {
    return before + wrap(replace(body, (value, variable) => escape(regexValue(value, variable))));
  }
  const equality = /(?<![<>])(!=|=)\s*$/.exec(before);
  if (equality && isSeveralValues(body, replace)) {
    const regex = before.slice(0, equality.index) + (equality[1] === '=' ? '=~ ' : '!~ ');
    return regex + wrap(replace(body, (value, variable) => escape(regexValue(value, variable))));
  }
  return before + wrap(replace(body, (value) => escape(joined(value))));
}

/** Whether the whole text is one variable that has more than one value. */
function isSeveralValues(body: string, replace: ReplaceVariables): boolean {
  let several = false;
  const mark = '\u0000';
  const replaced = replace(body, (value) => {
    several = Array.isArray(value) && value.length > 1;
    return mark;
  });
  return several && replaced === mark;
}

const joined: Formatter = (value) => (Array.isArray(value) ? value.join('|') : String(value));

/** A variable that can have one value only may hold a regular expression on purpose; Grafana's own datasources agree. */
function regexValue(value: unknown, { multi, includeAll }: VariableInfo): string {
  if (Array.isArray(value)) {
    const alternatives = value.map((item) => escapeRegex(String(item)));
    return alternatives.length === 1 ? alternatives[0] : `(${alternatives.join('|')})`;
  }
  return multi || includeAll ? escapeRegex(String(value)) : String(value);
}

const escapeRegex = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
const escapeQuoted = (text: string): string =>
  text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
/** A raw string has no escapes: what would end it is left out. */
const escapeRaw = (text: string): string => text.replaceAll('`', '');
