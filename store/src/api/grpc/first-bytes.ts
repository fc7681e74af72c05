/** What every HTTP/2 connection begins with (RFC 9113 §3.4). */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** Enough of it to be sure: no request of HTTP/1.1 begins so. */
const DECISIVE_BYTES = 'PRI * HTTP/2.0'.length;

export type WireProtocol = 'http1' | 'http2';

/** What a connection speaks by its first bytes; undefined while they may become either. */
export function protocolOf(bytes: Uint8Array): WireProtocol | undefined {
  const length = Math.min(bytes.length, DECISIVE_BYTES);
  for (let at = 0; at < length; at++) {
    if (bytes[at] !== PREFACE[at]) {
      return 'http1';
    }
  }
  return length === DECISIVE_BYTES ? 'http2' : undefined;
}
