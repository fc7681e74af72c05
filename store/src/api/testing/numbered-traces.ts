import { attributes, encodeOtlp, type Message } from './otlp.ts';

/** Traces and spans by small numbers, for tests that compare them by the thousand. */
export const EPOCH_NS = 1_700_000_000_000_000_000n;
export const idOf = (number: number): Buffer => Buffer.from(number.toString(16).padStart(16, '0'), 'hex');
export const traceIdOf = (number: number): string => number.toString(16).padStart(32, '0');

export interface SpanSpec {
  readonly id: number;
  readonly parent?: number;
  readonly name?: string;
  /** Nanoseconds after EPOCH_NS. */
  readonly start: bigint;
  readonly duration?: bigint;
  readonly more?: Message;
}

export const spanOf = (
  trace: number,
  { id, parent, name = 'work', start, duration = 0n, more }: SpanSpec
): Message => ({
  traceId: Buffer.from(traceIdOf(trace), 'hex'),
  spanId: idOf(id),
  ...(parent === undefined ? {} : { parentSpanId: idOf(parent) }),
  name,
  startTimeUnixNano: String(EPOCH_NS + start),
  endTimeUnixNano: String(EPOCH_NS + start + duration),
  ...more,
});

export const requestOf = (trace: number, service: string, specs: readonly SpanSpec[]): Uint8Array =>
  encodeOtlp('TracesData', {
    resourceSpans: [
      {
        resource: { attributes: attributes({ 'service.name': service }) },
        scopeSpans: [{ scope: { name: 'tests' }, spans: specs.map((spec) => spanOf(trace, spec)) }],
      },
    ],
  });

export const framePath = (trace: number): string => `/clew/v1/traces/${traceIdOf(trace)}/frame`;
