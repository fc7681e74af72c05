import type { SpanBlock } from '../ingest/span-block.ts';
import type { BlockNumbers } from './block-numbers.ts';
import { CallSeries, type ConnectionType } from './call-series.ts';
import type { SpanIds } from './exemplars.ts';
import type { SeriesSet } from './families.ts';
import { PendingSpans, type Half } from './pending-spans.ts';
import { Texts } from './texts.ts';

const SERVER = 2;
const CLIENT = 3;
const PRODUCER = 4;
const CONSUMER = 5;
const ERROR = 2;
/** The client of a request whose server span is a trace's root. Tempo's name for it. */
const USER = 'user';

export interface ServiceGraphOptions {
  readonly maxSeries: number;
  readonly idleMs: number;
  /** Halves of calls that may wait. */
  readonly maxPending: number;
  readonly waitMs: number;
}

/**
 * Calls between services, from pairs of spans: a client's (producer's) and the server's (consumer's) whose parent it is,
 * whichever comes first and in whichever request. A client's that stays alone tells of a node that sends no spans; one that
 * calls a database waits for nothing, as in Tempo: databases send none.
 */
export class ServiceGraph {
  readonly #calls: CallSeries;
  readonly #pending: PendingSpans;
  #unpaired = 0;

  constructor({ maxSeries, idleMs, maxPending, waitMs }: ServiceGraphOptions) {
    this.#calls = new CallSeries(maxSeries, idleMs);
    this.#pending = new PendingSpans(maxPending, waitMs);
  }

  /** Calls in the overflow's series since the start. */
  get overflowed(): number {
    return this.#calls.overflowed;
  }

  /** Spans that gave way to others before they had waited long enough. */
  get dropped(): number {
    return this.#pending.dropped;
  }

  /** Spans that stayed alone and say nothing of the other side. */
  get unpaired(): number {
    return this.#unpaired;
  }

  get set(): SeriesSet {
    return this.#calls.set;
  }

  observe(spans: SpanBlock, { seconds, weights }: BlockNumbers, nowMs: number): void {
    const pending = this.#pending;
    const { rows } = spans.block;
    const kinds = spans.kind.bytes;
    const codes = spans.statusCode.bytes;
    const tenants = new Texts(spans.tenant);
    const services = new Texts(spans.service);
    const peers = new Peers(spans);
    this.#expirePending(nowMs);
    for (let row = 0; row < rows; row++) {
      const kind = kinds[row];
      if (kind < SERVER || kind > CONSUMER) {
        continue;
      }
      const isServer = kind === SERVER || kind === CONSUMER;
      const isMessage = kind === PRODUCER || kind === CONSUMER;
      const hasFailed = codes[row] === ERROR;
      const tenant = tenants.at(row);
      const service = services.at(row);
      const clientIds = isServer ? spans.parentSpanId.bytes : spans.spanId.bytes;
      if (isServer && isZero(clientIds, row * 8)) {
        if (kind === SERVER) {
          this.#addRoot(idsAt(spans, row), tenant, service, hasFailed, seconds[row], weights[row], nowMs);
        } else {
          this.#unpaired++;
        }
        continue;
      }
      const database = kind === CLIENT ? peers.databaseOf(row) : '';
      if (database !== '') {
        this.#addPeer(
          'database',
          idsAt(spans, row),
          tenant,
          service,
          database,
          hasFailed,
          seconds[row],
          weights[row],
          nowMs
        );
        continue;
      }
      pending.seek(spans.traceId.bytes, row * 16, clientIds, row * 8);
      const other = pending.take(isServer, tenant);
      if (other) {
        this.#calls.add(
          {
            ids: idsAt(spans, row),
            tenant,
            client: isServer ? other.service : service,
            server: isServer ? service : other.service,
            connection: isMessage || other.isMessage ? 'messaging_system' : '',
            hasFailed: hasFailed || other.hasFailed,
            weight: isServer ? weights[row] : other.weight,
            clientSeconds: isServer ? other.seconds : seconds[row],
            serverSeconds: isServer ? seconds[row] : other.seconds,
          },
          nowMs
        );
        continue;
      }
      const half = pending.add(nowMs);
      half.isServer = isServer;
      half.isMessage = isMessage;
      half.hasFailed = hasFailed;
      half.seconds = seconds[row];
      half.weight = weights[row];
      half.tenant = tenant;
      half.service = service;
      half.peer = isServer ? '' : peers.hostOf(row);
    }
  }

  expire(nowMs: number): void {
    this.#expirePending(nowMs);
    this.#calls.expire(nowMs);
  }

  #expirePending(nowMs: number): void {
    this.#pending.expire(nowMs, (half, ids) => this.#addAlone(half, ids, nowMs));
  }

  /** Nothing to wait for: it has no parent. A consumer without one follows its producer by a link, and no user. */
  #addRoot(
    ids: SpanIds,
    tenant: string,
    server: string,
    hasFailed: boolean,
    serverSeconds: number,
    weight: number,
    nowMs: number
  ): void {
    const clientSeconds = undefined;
    this.#calls.add(
      {
        ids,
        tenant,
        client: USER,
        server,
        connection: 'virtual_node',
        hasFailed,
        weight,
        clientSeconds,
        serverSeconds,
      },
      nowMs
    );
  }

  #addAlone({ hasFailed, seconds, weight, tenant, service, peer }: Half, ids: SpanIds, nowMs: number): void {
    if (peer === '') {
      this.#unpaired++;
      return;
    }
    this.#addPeer('virtual_node', ids, tenant, service, peer, hasFailed, seconds, weight, nowMs);
  }

  /** A call of something that sends no spans. */
  #addPeer(
    connection: ConnectionType,
    ids: SpanIds,
    tenant: string,
    client: string,
    server: string,
    hasFailed: boolean,
    clientSeconds: number,
    weight: number,
    nowMs: number
  ): void {
    // The only measure of that node there is, and what Grafana's graph shows of it.
    const serverSeconds = clientSeconds;
    this.#calls.add(
      { ids, tenant, client, server, connection, hasFailed, weight, clientSeconds, serverSeconds },
      nowMs
    );
  }
}

/** What a block's client spans say that they talk to, from the promoted columns. */
class Peers {
  readonly #service: Texts[];
  readonly #system: Texts[];
  readonly #host: Texts[];

  constructor(spans: SpanBlock) {
    const texts = (...keys: string[]) => keys.flatMap((key) => spans.promotion.textsOf(key) ?? []).map(toTexts);
    this.#service = texts('peer.service');
    this.#system = texts('db.system.name', 'db.system');
    this.#host = texts('peer.service', 'server.address');
  }

  /** The name that people gave a database, or else its system; '' where the span is no database call. */
  databaseOf(row: number): string {
    const system = firstAt(this.#system, row);
    return system === '' ? '' : firstAt(this.#service, row) || system;
  }

  hostOf(row: number): string {
    return firstAt(this.#host, row);
  }
}

function idsAt({ traceId, spanId }: SpanBlock, row: number): SpanIds {
  return { traceIds: traceId.bytes, traceAt: row * 16, spanIds: spanId.bytes, spanAt: row * 8 };
}

const toTexts = (column: ConstructorParameters<typeof Texts>[0]) => new Texts(column);

function firstAt(columns: readonly Texts[], row: number): string {
  for (const column of columns) {
    const text = column.at(row);
    if (text !== '') {
      return text;
    }
  }
  return '';
}

function isZero(bytes: Uint8Array, at: number): boolean {
  for (let index = at; index < at + 8; index++) {
    if (bytes[index] !== 0) {
      return false;
    }
  }
  return true;
}
