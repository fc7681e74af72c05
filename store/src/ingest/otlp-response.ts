import { ProtobufWriter } from '@clew/trace-model';

/** Codes of google.rpc.Status that the OTLP listeners answer with (google/rpc/code.proto). */
export const RpcCode = {
  INVALID_ARGUMENT: 3,
  RESOURCE_EXHAUSTED: 8,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

export type RpcCodeNumber = (typeof RpcCode)[keyof typeof RpcCode];

/** ExportTraceServiceResponse { partial_success 1 { rejected_spans 1, error_message 2 } }; empty when all was taken. */
export function encodeExportResponse(rejectedSpans: number, message: string): Uint8Array {
  const out = new ProtobufWriter(64);
  if (rejectedSpans > 0) {
    out.open(1);
    out.uint32(1, rejectedSpans);
    out.string(2, message);
    out.close();
  }
  return out.finish();
}

export function exportResponseJson(rejectedSpans: number, message: string): object {
  return rejectedSpans > 0
    ? { partialSuccess: { rejectedSpans: String(rejectedSpans), errorMessage: message } }
    : { partialSuccess: {} };
}

/** google.rpc.Status { code 1, message 2, details 3 }, with a RetryInfo { retry_delay 1 { seconds 1 } } if asked for. */
export function encodeRpcStatus(code: RpcCodeNumber, message: string, retryAfterSeconds?: number): Uint8Array {
  const out = new ProtobufWriter(128);
  out.uint32(1, code);
  out.string(2, message);
  if (retryAfterSeconds !== undefined) {
    out.open(3);
    out.string(1, 'type.googleapis.com/google.rpc.RetryInfo');
    out.open(2);
    out.open(1);
    out.uint32(1, retryAfterSeconds);
    out.close();
    out.close();
    out.close();
  }
  return out.finish();
}
