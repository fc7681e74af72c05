import { LIST_ELEMENT, ProtobufReader, RESOURCE_SPANS, SCOPE_SPANS } from '@clew/trace-model';

/** What a search asks. `service` is where the answer lies: Jaeger cannot search without one, the others are not told. */
export type Question =
  | { readonly kind: 'attribute'; readonly key: string; readonly value: string; readonly service: string }
  | { readonly kind: 'duration'; readonly minMs: number; readonly service: string }
  | { readonly kind: 'errors'; readonly service: string };

export interface TimeRange {
  /** Seconds since the epoch. */
  readonly start: number;
  readonly end: number;
}

/** How a query API is spoken to. */
export interface Dialect {
  readonly accept: string;
  tracePath(id: string): string;
  searchPath(question: Question, range: TimeRange, limit: number): string;
  /** Throws where the body is no such answer. */
  countSpans(body: Buffer): number;
  countTraces(body: Buffer): number;
}

interface TempoSearch {
  readonly traces?: readonly unknown[];
}

interface JaegerTraces {
  readonly data?: ReadonlyArray<{ readonly spans: readonly unknown[] }>;
}

/** Tempo's API, which Clew's store speaks too. Traces as protobuf: TraceByIDResponse { trace = 1 { batches = 1 } }. */
export const TEMPO: Dialect = {
  accept: 'application/protobuf',
  tracePath: (id) => `/api/v2/traces/${id}`,
  searchPath: (question, { start, end }, limit) =>
    `/api/search?${new URLSearchParams({
      q: traceQl(question),
      limit: String(limit),
      start: String(start),
      end: String(end),
    })}`,
  countSpans: (body) => {
    const reader = new ProtobufReader(body);
    let spans = 0;
    const descend = (field: number, inside: () => void) => {
      while (reader.next()) {
        if (reader.field === field) {
          const outer = reader.open();
          inside();
          reader.close(outer);
        } else {
          reader.skip();
        }
      }
    };
    const count = () => {
      while (reader.next()) {
        spans += reader.field === SCOPE_SPANS.spans ? 1 : 0;
        reader.skip();
      }
    };
    descend(1, () => descend(LIST_ELEMENT, () => descend(RESOURCE_SPANS.scopeSpans, count)));
    return spans;
  },
  countTraces: (body) => (JSON.parse(body.toString()) as TempoSearch).traces?.length ?? 0,
};

/** The API of Jaeger's own page; it has nothing but JSON. Times in microseconds. */
export const JAEGER: Dialect = {
  accept: 'application/json',
  tracePath: (id) => `/api/traces/${id}`,
  searchPath: (question, { start, end }, limit) => {
    const parameters = new URLSearchParams({
      service: question.service,
      limit: String(limit),
      start: String(start * 1e6),
      end: String(end * 1e6),
    });
    if (question.kind === 'attribute') {
      parameters.set('tags', JSON.stringify({ [question.key]: question.value }));
    } else if (question.kind === 'duration') {
      parameters.set('minDuration', `${question.minMs}ms`);
    } else {
      parameters.set('tags', JSON.stringify({ error: 'true' }));
    }
    return `/api/traces?${parameters}`;
  },
  countSpans: (body) =>
    ((JSON.parse(body.toString()) as JaegerTraces).data ?? []).reduce((sum, { spans }) => sum + spans.length, 0),
  countTraces: (body) => (JSON.parse(body.toString()) as JaegerTraces).data?.length ?? 0,
};

function traceQl(question: Question): string {
  switch (question.kind) {
    case 'attribute':
      return `{ span.${question.key} = ${JSON.stringify(question.value)} }`;
    case 'duration':
      return `{ duration > ${question.minMs}ms }`;
    case 'errors':
      return `{ resource.service.name = ${JSON.stringify(question.service)} && status = error }`;
  }
}
