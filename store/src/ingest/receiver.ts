import { timingSafeEqual } from 'node:crypto';

import type { IngestMetrics } from '../telemetry/metrics.ts';
import type { Tenants } from '../tenants.ts';
import { Admission } from './admission.ts';
import { encodeOtlpJson } from './otlp-json.ts';
import { RpcCode, type RpcCodeNumber } from './otlp-response.ts';
import { MalformedOtlp } from './otlp-wire.ts';
import { IngestUnavailable, type IngestPipeline } from './pipeline.ts';
import type { AppendResult } from './columnizer.ts';
import type { RefusalReason } from './span-walk.ts';

/** What a listener tells its client, before it is put into the protocol's own form. */
export type ExportOutcome =
  | { readonly kind: 'accepted'; readonly rejectedSpans: number; readonly message: string }
  | { readonly kind: 'malformed'; readonly message: string }
  | { readonly kind: 'unavailable'; readonly message: string; readonly retryAfterSeconds: number };

const REFUSALS: Readonly<Record<RefusalReason, string>> = {
  bad_trace_id: 'trace_id is not 16 bytes, or all zero',
  bad_span_id: 'span_id is not 8 bytes, or all zero',
  bad_parent_span_id: 'parent_span_id is neither empty nor 8 bytes',
  span_too_large: 'the span is larger than the limit, CLEW_MAX_SPAN_BYTES',
};

/** What the OTLP listeners have in common: one request in, one outcome out, counted. */
export class OtlpReceiver {
  readonly #pipeline: IngestPipeline;
  readonly #metrics: IngestMetrics;
  readonly #token: Buffer | undefined;
  readonly #tenants: Tenants;
  readonly #admission: Admission;

  constructor(pipeline: IngestPipeline, metrics: IngestMetrics, tenants: Tenants, token: string) {
    this.#pipeline = pipeline;
    this.#metrics = metrics;
    this.#tenants = tenants;
    this.#admission = new Admission(tenants);
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

  /** The tenant that an `X-Scope-OrgID` header names. Throws NoTenant. */
  tenantOf(header: string | undefined): string {
    return this.#tenants.fromHeader(header);
  }

  async protobuf(body: Uint8Array, tenant: string, protocol: 'grpc' | 'http'): Promise<ExportOutcome> {
    return this.#export(tenant, protocol, () => ({ body, refused: 0, firstProblem: undefined }));
  }

  async json(text: string, tenant: string): Promise<ExportOutcome> {
    return this.#export(tenant, 'http', () => encodeOtlpJson(text));
  }

  refuse(reason: string): void {
    this.#metrics.requestRefused(reason);
  }

  async #export(
    tenant: string,
    protocol: 'grpc' | 'http',
    encode: () => ReturnType<typeof encodeOtlpJson>
  ): Promise<ExportOutcome> {
    const startedAt = performance.now();
    try {
      const overRate = this.#admission.refusal(tenant, Date.now());
      if (overRate) {
        this.refuse('rate');
        return { kind: 'unavailable', ...overRate };
      }
      const { body, refused, firstProblem } = encode();
      const result = await this.#pipeline.accept(body, tenant, this.#tenants.limitsOf(tenant));
      this.#admission.admitted(tenant, result.accepted, body.length);
      if (refused > 0) {
        this.#metrics.refusedSpans('malformed_span', refused);
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
  if (result.cutAttributes > 0) {
    reasons.push(`${result.cutAttributes} attributes cut: they are longer than the limit, CLEW_MAX_ATTRIBUTE_BYTES`);
  }
  const rejectedSpans = Object.values(result.refused).reduce((sum, spans) => sum + spans, malformed);
  return { kind: 'accepted', rejectedSpans, message: reasons.join('; ') };
}

/** The status of an outcome that is no success. */
export function rpcCodeOf(outcome: Exclude<ExportOutcome, { kind: 'accepted' }>): RpcCodeNumber {
  return outcome.kind === 'malformed' ? RpcCode.INVALID_ARGUMENT : RpcCode.RESOURCE_EXHAUSTED;
}
