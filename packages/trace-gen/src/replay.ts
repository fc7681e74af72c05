import { EVENT, LIST_ELEMENT, ProtobufReader, RESOURCE_SPANS, SCOPE_SPANS, SPAN } from '@clew/trace-model';

/**
 * Sends a pool of requests over and over, each round with other trace ids and later times: making requests costs more
 * than storing them, and a load generator must not be what a benchmark measures.
 */
export class RequestReplay {
  readonly requests: readonly Uint8Array[];
  /** Spans of each request. */
  readonly spanCounts: readonly number[];
  readonly #traceIds: readonly Uint32Array[];
  readonly #times: readonly Uint32Array[];
  readonly #originals: readonly Uint32Array[];

  constructor(requests: readonly Uint8Array[]) {
    this.requests = requests;
    const places = requests.map(findPlaces);
    this.spanCounts = places.map(({ traceIds }) => traceIds.length);
    this.#traceIds = places.map(({ traceIds }) => Uint32Array.from(traceIds));
    this.#times = places.map(({ times }) => Uint32Array.from(times));
    this.#originals = requests.map((request, index) =>
      Uint32Array.from(places[index].traceIds, (at) => readUint32(request, at))
    );
  }

  /**
   * Changes request `index` in place for `round` (1, 2, …): the trace ids become this round's, the times move by
   * `shiftNs` against what they are now.
   */
  prepare(index: number, round: number, shiftNs: bigint): Uint8Array {
    const request = this.requests[index];
    const ids = this.#traceIds[index];
    const originals = this.#originals[index];
    const mask = maskOf(round);
    for (let span = 0; span < ids.length; span++) {
      writeUint32(request, ids[span], originals[span] ^ mask);
    }
    const low = Number(shiftNs & 0xffff_ffffn);
    const high = Number((shiftNs >> 32n) & 0xffff_ffffn);
    for (const at of this.#times[index]) {
      const sum = readUint32(request, at) + low;
      writeUint32(request, at, sum);
      writeUint32(request, at + 4, readUint32(request, at + 4) + high + (sum > 0xffff_ffff ? 1 : 0));
    }
    return request;
  }
}

/** A trace's id as it is sent in `round`; 0 are the requests as they were made. */
export function traceIdInRound(traceId: Uint8Array, round: number): Uint8Array {
  const id = traceId.slice();
  writeUint32(id, 0, readUint32(id, 0) ^ maskOf(round));
  return id;
}

/** What the first four bytes of a round's ids are mixed with. An odd factor: no two rounds have the same. */
const maskOf = (round: number): number => Math.imul(round, 0x9e3779b1);

function findPlaces(request: Uint8Array): { traceIds: number[]; times: number[] } {
  const traceIds: number[] = [];
  const times: number[] = [];
  const reader = new ProtobufReader(request);
  const descend = (field: number, inside: () => void) => {
    while (reader.next()) {
      if (reader.field === field) {
        const outer = reader.open();
        inside();
        reader.close(outer);
      } else {
        reader.skip();
      }
    }
  };
  const event = () => {
    while (reader.next()) {
      const isTime = reader.field === EVENT.timeUnixNano;
      reader.skip();
      if (isTime) {
        times.push(reader.at - 8);
      }
    }
  };
  const span = () => {
    while (reader.next()) {
      const { field } = reader;
      if (field === SPAN.events) {
        const outer = reader.open();
        event();
        reader.close(outer);
        continue;
      }
      reader.skip();
      if (field === SPAN.traceId) {
        traceIds.push(reader.rangeStart);
      } else if (field === SPAN.startTimeUnixNano || field === SPAN.endTimeUnixNano) {
        times.push(reader.at - 8);
      }
    }
  };
  descend(LIST_ELEMENT, () => descend(RESOURCE_SPANS.scopeSpans, () => descend(SCOPE_SPANS.spans, span)));
  return { traceIds, times };
}

function readUint32(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}
