import { quote } from '../engine/literal.ts';

/** Text as an expression of ASCII alone: chdb ends a statement's data at an empty line, wherever that stands. */
export const textSql = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text) ? quote(text) : `unhex('${Buffer.from(text).toString('hex')}')`;

/** 32 hex digits as the tables have them. */
export function idSql(traceId: string): string {
  if (!/^[0-9a-f]{32}$/.test(traceId)) {
    throw new Error(`Not a trace id: ${traceId}`);
  }
  return `toFixedString(unhex('${traceId}'), 16)`;
}
