import { StoreError, storeErrorFromRejection, storeErrorFromResponse } from '../../shared/storeError';
import { type StoreRequest, type StoreResponse } from '../../shared/storeTransport';

export interface BytesRequest extends StoreRequest {
  /** Media type. */
  readonly accept: string;
}

/**
 * A GET whose body is bytes, used while they come: `onBytes` gets the pieces of a body that has a 2xx status, in order. Resolves at
 * the end of the body; `data` is that of an answer with another status. Rejects where no answer came, where the connection
 * ends early, and with what the signal was aborted with.
 */
export type ByteStream = (request: BytesRequest, onBytes: (piece: Uint8Array) => void) => Promise<StoreResponse>;

/** Rejects with StoreError for every answer that is none with 2xx. */
export async function readPieces(
  stream: ByteStream,
  request: BytesRequest,
  onBytes: (piece: Uint8Array) => void
): Promise<void> {
  let failure: unknown;
  let response: StoreResponse;
  const { controller, release } = abortableWith(request.signal);
  try {
    response = await stream({ ...request, signal: controller.signal }, (piece) => {
      if (failure !== undefined) {
        return;
      }
      try {
        onBytes(piece);
      } catch (error) {
        // What comes after it is of no use.
        failure = error;
        controller.abort();
      }
    });
  } catch (error) {
    throw failure ?? storeErrorFromRejection(error);
  } finally {
    release();
  }
  if (failure !== undefined) {
    throw failure;
  }
  if (response.status < 200 || response.status > 299) {
    throw storeErrorFromResponse(response);
  }
}

/** A controller that is aborted along with the signal. */
function abortableWith(signal: AbortSignal | undefined): { controller: AbortController; release: () => void } {
  const controller = new AbortController();
  const onAbort = () => controller.abort();
  if (signal?.aborted) {
    onAbort();
  }
  signal?.addEventListener('abort', onAbort, { once: true });
  return { controller, release: () => signal?.removeEventListener('abort', onAbort) };
}

/** All of the body. Rejects as `readPieces`. */
export async function readBytes(stream: ByteStream, request: BytesRequest): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  await readPieces(stream, request, (piece) => {
    pieces.push(piece);
    length += piece.length;
  });
  if (pieces.length === 1) {
    return pieces[0];
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** The body as JSON. Rejects as `readPieces`, and with StoreError for what is no JSON. */
export async function readJson(stream: ByteStream, request: Omit<BytesRequest, 'accept'>): Promise<unknown> {
  const bytes = await readBytes(stream, { ...request, accept: 'application/json' });
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new StoreError('not-a-store', "Something that is not Clew's query port answers.", { status: 200 });
  }
}

/** JSON where it is some, the text otherwise. */
export function parsedBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
