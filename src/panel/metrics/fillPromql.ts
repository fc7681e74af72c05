import { attributeText } from '@clew/trace-model';
import { goString, re2Literal } from '../linked/escape';
import { type TagLabel } from '../linked/linkSettings';
import { type SpanDetails } from '../trace/traceTable';

/** A label of series, with the value that the span has for it. */
export interface LabelValue {
  readonly label: string;
  readonly value: string;
}

/** The settings and the span together make no query; the message says what to change. */
export class UnfilledQuery extends Error {
  override readonly name = 'UnfilledQuery';
}

/** The span's values of the attributes that the settings map to labels. Those it does not have are left out. */
export function labelValues(tags: readonly TagLabel[], span: SpanDetails): LabelValue[] {
  return tags.flatMap(({ key, label }) => {
    const value = valueOf(key, span);
    // Prometheus takes attributes in with the characters replaced that its labels did not have for long.
    return value ? [{ label: label ?? key.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_'), value }] : [];
  });
}

/** `service="a", route="b"`: matchers that mean these values and nothing else, whatever they are. */
export const matchers = (labels: readonly LabelValue[]): string =>
  labels.map(({ label, value }) => `${labelName(label)}=${goString(value)}`).join(', ');

/** In quotes where a name is no plain one: Prometheus 3 reads it. */
const labelName = (label: string): string => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(label) ? label : goString(label));

const STRINGS_AND_VARIABLES =
  /"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|`[^`]*`|\$__tags\b|\$\{__tags\}|\$\{__(?:span|trace)\.[^}]*\}/g;
const VARIABLE = /\$\{__(span|trace)\.([^}]*)\}/g;

/**
 * The query of a span: `$__tags` is replaced by matchers, and `${__span.name}`, `${__span.tags["key"]}`, `${__trace.traceId}` and the
 * like inside of strings by what the span has. Grafana's own variables stay. Throws UnfilledQuery for what the span has no value for.
 */
export function fillPromql(expr: string, tags: readonly TagLabel[], span: SpanDetails): string {
  return expr.replace(STRINGS_AND_VARIABLES, (token: string, offset: number) => {
    const [quote] = token;
    if (quote !== '$') {
      const isPattern = /[=!]~\s*$/.test(expr.slice(0, offset));
      return token.replace(VARIABLE, (variable: string, of: string, name: string) =>
        inString(variableOf(variable, of, name, span), quote, isPattern)
      );
    }
    if (token.includes('__tags')) {
      return tagMatchers(tags, span);
    }
    const value = token.replace(VARIABLE, (variable: string, of: string, name: string) =>
      variableOf(variable, of, name, span)
    );
    if (!/^\d+(\.\d+)?$/.test(value)) {
      throw new UnfilledQuery(`${token} is a text, and stands outside of quotes in the query of the settings.`);
    }
    return value;
  });
}

function tagMatchers(tags: readonly TagLabel[], span: SpanDetails): string {
  const labels = labelValues(tags, span);
  if (labels.length === 0) {
    throw new UnfilledQuery(
      tags.length === 0
        ? 'The query has $__tags, and the settings map no attribute to a label: add one, such as service.name.'
        : `This span has no ${tags.map(({ key }) => key).join(', ')}, which the settings map to labels.`
    );
  }
  return matchers(labels);
}

function inString(text: string, quote: string, isPattern: boolean): string {
  const meant = isPattern ? re2Literal(text) : text;
  if (quote !== '`') {
    // Neither kind of string knows the other's quote behind a backslash.
    return goString(meant)
      .slice(1, -1)
      .replace(/\\[^]|'/g, (part) => (part === '\\"' ? '\\x22' : part === "'" ? '\\x27' : part));
  }
  if (/[`$[]/.test(meant)) {
    throw new UnfilledQuery(`“${text}” cannot stand in backquotes: use double quotes in the query of the settings.`);
  }
  return meant;
}

function variableOf(variable: string, of: string, name: string, span: SpanDetails): string {
  const tag = /^tags(?:\.(.+)|\[["']?(.+?)["']?\])$/.exec(name);
  const value =
    of === 'span' && tag
      ? valueOf(tag[1] ?? tag[2], span)
      : name === 'traceId'
        ? span.traceId
        : of !== 'span'
          ? undefined
          : name === 'spanId'
            ? span.spanId
            : name === 'name'
              ? span.name
              : name === 'duration'
                ? String(Number(span.durationNs) / 1000)
                : undefined;
  if (value === undefined) {
    throw new UnfilledQuery(`This span has no ${variable}, which is in the query of the settings.`);
  }
  return value;
}

/** What the span runs in counts more than what it says itself, as in Grafana's trace view. */
function valueOf(key: string, span: SpanDetails): string | undefined {
  const found = [...span.resource, ...span.attributes].find((attribute) => attribute.key === key);
  return found && attributeText(found.value);
}
