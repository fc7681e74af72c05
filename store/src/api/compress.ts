import type { FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { constants, createGzip, createZstdCompress, gzip, zstdCompress } from 'node:zlib';

const CODINGS = ['zstd', 'gzip'] as const;
type Coding = (typeof CODINGS)[number];

/** Below this a packet is a packet. */
const MIN_BYTES = 1024;

/** Bytes that a compressing stream hands on at a time: zlib's 16 KiB make four events a millisecond. */
const CHUNK_BYTES = 256 * 1024;

/** Speed over size: the other end is a Grafana near by. docs/adr/0005-wire-frame.md has the numbers. */
const GZIP = { level: constants.Z_BEST_SPEED, chunkSize: CHUNK_BYTES };
const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: CHUNK_BYTES };

const COMPRESS = {
  gzip: (payload: string | Uint8Array) => promisify(gzip)(payload, GZIP),
  zstd: (payload: string | Uint8Array) => promisify(zstdCompress)(payload, ZSTD),
};

/** Streams that give out each piece as soon as it has come: the other end draws what is there. */
const STREAM = {
  gzip: () => createGzip({ ...GZIP, flush: constants.Z_SYNC_FLUSH }),
  zstd: () => createZstdCompress({ ...ZSTD, flush: constants.ZSTD_e_flush }),
};

/**
 * What an Accept-Encoding header (RFC 9110 §12.5.3) likes best; of equals zstd, which is faster. Who says `*` gets gzip:
 * not everybody who takes anything has heard of zstd.
 */
export function chooseCoding(header: string | string[] | undefined): Coding | undefined {
  const weights = new Map<string, number>();
  for (const offer of String(header ?? '')
    .toLowerCase()
    .split(',')) {
    const [name, ...parameters] = offer.trim().split(/\s*;\s*/);
    const weight = parameters.map((parameter) => /^q\s*=\s*([01](?:\.\d{0,3})?)$/.exec(parameter)?.[1]).find(Boolean);
    weights.set(name, weight === undefined ? 1 : Number(weight));
  }
  let best: Coding | undefined;
  let bestWeight = 0;
  for (const coding of CODINGS) {
    const weight = weights.get(coding) ?? (coding === 'gzip' ? weights.get('*') : undefined) ?? 0;
    if (weight > bestWeight) {
      best = coding;
      bestWeight = weight;
    }
  }
  return best;
}

/** Answers are compressed where the client accepts it and where it pays. Runs on libuv's threads. */
export function compressReplies(server: FastifyInstance): void {
  server.addHook('onSend', async (request, reply, payload: unknown) => {
    const isStream = payload instanceof Readable;
    const isText = typeof payload === 'string';
    if (
      reply.hasHeader('Content-Encoding') ||
      !(isStream || ((isText || payload instanceof Uint8Array) && payload.length >= MIN_BYTES))
    ) {
      return payload;
    }
    const vary = String(reply.getHeader('Vary') ?? '');
    if (!/\baccept-encoding\b/i.test(vary)) {
      reply.header('Vary', vary ? `${vary}, Accept-Encoding` : 'Accept-Encoding');
    }
    const coding = chooseCoding(request.headers['accept-encoding']);
    if (!coding) {
      return payload;
    }
    reply.header('Content-Encoding', coding).removeHeader('Content-Length');
    if (!isStream) {
      return COMPRESS[coding](payload);
    }
    const compressor = STREAM[coding]();
    payload.once('error', (error) => {
      // While nothing has been sent, an answer of its own says what went wrong, and that is neither packed nor a trace.
      reply.removeHeader('Content-Encoding').removeHeader('ETag');
      compressor.destroy(error);
    });
    compressor.once('close', () => payload.destroy());
    return payload.pipe(compressor);
  });
}
