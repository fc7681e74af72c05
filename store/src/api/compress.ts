import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';

const compress = promisify(gzip);

/** Below this a packet is a packet. */
const MIN_BYTES = 1024;

/** Whether an Accept-Encoding header (RFC 9110 §12.5.3) admits gzip. */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  const offers = String(header ?? '')
    .toLowerCase()
    .split(',')
    .map((offer) => offer.trim().split(/\s*;\s*/));
  const named = offers.find(([coding]) => coding === 'gzip') ?? offers.find(([coding]) => coding === '*');
  return named !== undefined && !named.slice(1).some((parameter) => /^q=0(\.0*)?$/.test(parameter));
}

/** The payload compressed, or undefined where that does not pay. Runs on libuv's threads. */
export async function gzipped(payload: unknown): Promise<Buffer | undefined> {
  const isText = typeof payload === 'string';
  if (!(isText || payload instanceof Uint8Array) || payload.length < MIN_BYTES) {
    return undefined;
  }
  // Speed over size: the other end is a Grafana near by.
  return compress(payload, { level: constants.Z_BEST_SPEED });
}
