import { ByteWriter } from './native/byte-writer.ts';
import { tagOf, WIRE_LENGTH, WIRE_VARINT } from './otlp-wire.ts';

/** Codes of google.rpc.Status that the OTLP listeners answer with (google/rpc/code.proto). */
export const RpcCode = {
  INVALID_ARGUMENT: 3,
  RESOURCE_EXHAUSTED: 8,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

export type RpcCode = (typeof RpcCode)[keyof typeof RpcCode];

/** ExportTraceServiceResponse { partial_success 1 { rejected_spans 1, error_message 2 } }; empty when all was taken. */
export function encodeExportResponse(rejectedSpans: number, message: string): Uint8Array {
  const out = new ByteWriter(64);
  if (rejectedSpans > 0) {
    const partial = new ByteWriter(64);
    partial.varint(tagOf(1, WIRE_VARINT));
    partial.varint(rejectedSpans);
    textField(partial, 2, message);
    bytesField(out, 1, partial.view());
  }
  return out.view();
}

export function exportResponseJson(rejectedSpans: number, message: string): object {
  return rejectedSpans > 0
    ? { partialSuccess: { rejectedSpans: String(rejectedSpans), errorMessage: message } }
    : { partialSuccess: {} };
}

/** google.rpc.Status { code 1, message 2, details 3 }, with a RetryInfo { retry_delay 1 { seconds 1 } } if asked for. */
export function encodeRpcStatus(code: RpcCode, message: string, retryAfterSeconds?: number): Uint8Array {
  const out = new ByteWriter(128);
  out.varint(tagOf(1, WIRE_VARINT));
  out.varint(code);
  textField(out, 2, message);
  if (retryAfterSeconds !== undefined) {
    const duration = new ByteWriter(8);
    duration.varint(tagOf(1, WIRE_VARINT));
    duration.varint(retryAfterSeconds);
    const retryInfo = new ByteWriter(16);
    bytesField(retryInfo, 1, duration.view());
    const any = new ByteWriter(64);
    textField(any, 1, 'type.googleapis.com/google.rpc.RetryInfo');
    bytesField(any, 2, retryInfo.view());
    bytesField(out, 3, any.view());
  }
  return out.view();
}

function textField(out: ByteWriter, field: number, text: string): void {
  bytesField(out, field, new TextEncoder().encode(text));
}

function bytesField(out: ByteWriter, field: number, bytes: Uint8Array): void {
  out.varint(tagOf(field, WIRE_LENGTH));
  out.varint(bytes.length);
  out.append(bytes);
}
