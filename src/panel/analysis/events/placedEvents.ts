import { attributeText, type Attribute } from '@clew/trace-model';
import { type SpanDetails, type TraceTable } from '../../trace/traceTable';

/** An event of a span, at its place in the trace. */
export interface PlacedEvent {
  readonly row: number;
  /** Nanoseconds after the trace's start, moved along with a span whose clock was wrong. */
  readonly offsetNs: number;
  readonly name: string;
  readonly isException: boolean;
  /** Of an exception its type and message; of others all attributes. */
  readonly text: string;
}

export function spanEventsOf({ tree, columns, baseNs }: TraceTable, row: number, span: SpanDetails): PlacedEvent[] {
  // Exact in itself; where the tree moved the span, its events go along.
  const moved = tree.starts[row] - Number(columns.startOffsets[row]);
  return span.events.map(({ timeNs, name, attributes }) => ({
    row,
    offsetNs: Number(timeNs - baseNs) + moved - tree.firstStart,
    name,
    isException: name === 'exception' || attributes.some(({ key }) => key === 'exception.type'),
    text: textOf(name, attributes),
  }));
}

const textOf = (name: string, attributes: readonly Attribute[]): string => {
  const of = (key: string) => {
    const found = attributes.find((attribute) => attribute.key === key);
    return found && attributeText(found.value);
  };
  const exception = [of('exception.type'), of('exception.message')].filter(Boolean).join(': ');
  return name === 'exception' && exception !== ''
    ? exception
    : attributes.map(({ key, value }) => `${key}=${attributeText(value)}`).join('  ');
};
