import { attributeText, type Attribute } from '@clew/trace-model';
import { type SpanDetails, type TraceTable } from '../../trace/traceTable';

/** An event of a span, at its place in the trace. */
export interface PlacedEvent {
  readonly row: number;
  /** Nanoseconds after the trace's start, moved along with a span whose clock was wrong. */
  readonly offsetNs: number;
  readonly name: string;
  readonly isException: boolean;
  /** Type and message of an exception; empty for others. */
  readonly exception: string;
  /** Its attributes, `key=value`; of an exception those beyond `exception` and the stack. */
  readonly text: string;
}

export function spanEventsOf({ tree, columns, baseNs }: TraceTable, row: number, span: SpanDetails): PlacedEvent[] {
  // Exact in itself; where the tree moved the span, its events go along.
  const moved = tree.starts[row] - Number(columns.startOffsets[row]);
  return span.events.map(({ timeNs, name, attributes }) => {
    const exception = exceptionText(attributes);
    return {
      row,
      offsetNs: Number(timeNs - baseNs) + moved - tree.firstStart,
      name,
      isException: name === 'exception' || exception !== '',
      exception,
      text: attributes
        .filter(({ key }) => exception === '' || !EXCEPTION_KEYS.includes(key))
        .map(({ key, value }) => `${key}=${attributeText(value)}`)
        .join('  '),
    };
  });
}

const EXCEPTION_KEYS = ['exception.type', 'exception.message', 'exception.stacktrace'];

const exceptionText = (attributes: readonly Attribute[]): string =>
  ['exception.type', 'exception.message']
    .map((wanted) => attributes.find(({ key }) => key === wanted))
    .flatMap((found) => (found ? attributeText(found.value) : []))
    .filter((text) => text !== '')
    .join(': ');

/** Two lists, each in order of time, as one; of what is at one time the first list's stands first. */
export function inOrderOfTime(a: readonly PlacedEvent[], b: readonly PlacedEvent[]): PlacedEvent[] {
  const events: PlacedEvent[] = [];
  let [left, right] = [0, 0];
  while (left < a.length && right < b.length) {
    events.push(a[left].offsetNs <= b[right].offsetNs ? a[left++] : b[right++]);
  }
  for (; left < a.length; left++) {
    events.push(a[left]);
  }
  for (; right < b.length; right++) {
    events.push(b[right]);
  }
  return events;
}
