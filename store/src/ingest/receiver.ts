import { timingSafeEqual } from 'node:crypto';

import type { IngestMetrics } from '../telemetry/metrics.ts';
import { encodeOtlpJson } from './otlp-json.ts';
import { RpcCode, type RpcCodeNumber } from './otlp-response.ts';
import { MalformedOtlp } from './otlp-wire.ts';
import { IngestUnavailable, type IngestPipeline } from './pipeline.ts';
import type { AppendResult, RefusalReason } from './columnizer.ts';

/** What a listener tells its client, before it is put into the protocol's own form. */
export type ExportOutcome =
  | { readonly kind: 'accepted'; readonly rejectedSpans: number; readonly message: string }
  | { readonly kind: 'malformed'; readonly message: string }
  | { readonly kind: 'unavailable'; readonly message: string; readonly retryAfterSeconds: number };

const REFUSALS: Readonly<Record<RefusalReason, string>> = {
  bad_trace_id: 'trace_id is not 16 bytes, or all zero',
  bad_span_id: 'span_id is not 8 bytes, or all zero',
  bad_parent_span_id: 'parent_span_id is neither empty nor 8 bytes',
};

/** The tenant of every span while multi-tenancy is off. */
const SINGLE_TENANT = '';

/** What the OTLP listeners have in common: one request in, one outcome out, counted. */
export class OtlpReceiver {
  readonly #pipeline: IngestPipeline;
  readonly #metrics: IngestMetrics;
  readonly #token: Buffer | undefined;

  constructor(pipeline: IngestPipeline, metrics: IngestMetrics, token: string) {
    this.#pipeline = pipeline;
    this.#metrics = metrics;
    this.#token = token === '' ? undefined : Buffer.from(`Bearer ${token}`);
  }

  /** Whether an `Authorization` header lets its sender in. */
  authorized(header: string | undefined): boolean {
    if (!this.#token) {
      return true;
    }
    const given = Buffer.from(header ?? '');
    return given.length === this.#token.length && timingSafeEqual(given, this.#token);
  }

  async protobuf(body: Uint8Array, protocol: 'grpc' | 'http'): Promise<ExportOutcome> {
    return this.#export(protocol, () => ({ body, refused: 0, firstProblem: undefined }));
  }

  async json(text: string): Promise<ExportOutcome> {
    return this.#export('http', () => encodeOtlpJson(text));
  }

  refuse(reason: string): void {
    this.#metrics.requestRefused(reason);
  }

  async #export(protocol: 'grpc' | 'http', encode: () => ReturnType<typeof encodeOtlpJson>): Promise<ExportOutcome> {
    const startedAt = performance.now();
    try {
      const { body, refused, firstProblem } = encode();
      const result = await this.#pipeline.accept(body, SINGLE_TENANT);
      if (refused > 0) {
        this.#metrics.count({ accepted: 0, refused: { malformed_span: refused } as AppendResult['refused'] });
      }
      this.#metrics.acknowledged(protocol, (performance.now() - startedAt) / 1000);
      return accepted(result, refused, firstProblem);
    } catch (error) {
      if (error instanceof MalformedOtlp) {
        this.refuse('malformed');
        return { kind: 'malformed', message: `Not an OTLP trace request: ${error.message}` };
      }
      if (error instanceof IngestUnavailable) {
        this.refuse(error.reason);
        return { kind: 'unavailable', message: error.message, retryAfterSeconds: error.retryAfterSeconds };
      }
      throw error;
    }
  }
}

function accepted(result: AppendResult, malformed: number, firstProblem: string | undefined): ExportOutcome {
  const reasons = Object.entries(result.refused).map(
    ([reason, spans]) => `${spans} refused: ${REFUSALS[reason as RefusalReason]}`
  );
  if (malformed > 0) {
    reasons.push(`${malformed} refused: ${firstProblem}`);
  }
  const rejectedSpans = Object.values(result.refused).reduce((sum, spans) => sum + spans, malformed);
  return { kind: 'accepted', rejectedSpans, message: reasons.join('; ') };
}

/** The status of an outcome that is no success. */
export function rpcCodeOf(outcome: Exclude<ExportOutcome, { kind: 'accepted' }>): RpcCodeNumber {
  return outcome.kind === 'malformed' ? RpcCode.INVALID_ARGUMENT : RpcCode.RESOURCE_EXHAUSTED;
}
