import { ApiError } from '../errors.ts';
import { shortened } from './parameters.ts';

/** 1 to 32 hex digits, left-padded with zeros as Tempo does. Throws ApiError. */
export function readTraceId(text: string): string {
  if (/^[0-9a-f]{1,32}$/i.test(text)) {
    return text.toLowerCase().padStart(32, '0');
  }
  const problem = text.length > 32 ? `has ${text.length} characters` : 'is none';
  throw new ApiError('trace_id_invalid', `A trace id is 1 to 32 hexadecimal digits; "${shortened(text)}" ${problem}.`);
}
