import type { Tags, TagValue } from '../files/otlp-builder.ts';

const STATUS_UNSET = 0;
const STATUS_OK = 1;
const STATUS_ERROR = 2;
const KIND_SERVER = 2;
const KIND_CLIENT = 3;

export interface JaegerStatus {
  readonly code: number;
  readonly message: string;
}

/**
 * The status that a span's tags tell, as the OpenTelemetry Collector's translator takes it: a true `error` decides, then
 * `otel.status_code`, then `http.status_code`. Tags that the status replaces are removed. Other than there, `error` may be
 * the text "true", as Jaeger's viewer has it.
 */
export function takeJaegerStatus(tags: Tags, kind: number): JaegerStatus {
  const error = tags.get('error');
  const isError = error === true || error === 'true';
  const written = tags.get('otel.status_code');
  tags.delete('otel.status_code');
  if (isError) {
    tags.delete('error');
    return { code: STATUS_ERROR, message: takeDescription(tags) ?? text(tags.get('http.status_message')) };
  }
  if (written !== undefined) {
    const name = text(written).toUpperCase();
    return {
      code: name === 'OK' ? STATUS_OK : name === 'ERROR' ? STATUS_ERROR : STATUS_UNSET,
      message: takeDescription(tags) ?? '',
    };
  }
  return isHttpError(tags.get('http.status_code'), kind)
    ? { code: STATUS_ERROR, message: text(tags.get('http.status_message')) }
    : { code: STATUS_UNSET, message: '' };
}

function takeDescription(tags: Tags): string | undefined {
  const description = tags.get('otel.status_description');
  tags.delete('otel.status_description');
  return description === undefined ? undefined : text(description);
}

/** Codes of 4xx are an error of the client alone (OpenTelemetry's semantic conventions for HTTP). */
function isHttpError(code: TagValue | undefined, kind: number): boolean {
  const isInteger = typeof code === 'bigint' || (typeof code === 'string' && /^-?\d+$/.test(code));
  if (!isInteger) {
    return false;
  }
  const number = Number(code);
  if (number >= 400 && number < 500 && (kind === KIND_SERVER || kind === KIND_CLIENT)) {
    return kind === KIND_CLIENT;
  }
  return number < 100 || number >= 399;
}

const text = (value: TagValue | undefined): string => (typeof value === 'string' ? value : '');
