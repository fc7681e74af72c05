import type { TextFormat } from './exposition.ts';
import { doublingBounds, Histograms } from './histograms.ts';
import { label, OVERFLOW, SeriesTable } from './series-table.ts';

/** What is between two nodes of the service graph, as Tempo names it; '' for a plain call. */
export type ConnectionType = '' | 'messaging_system' | 'database' | 'virtual_node';

/** A call from one node to another. Seconds of a side that was not seen are undefined. */
export interface Call {
  readonly tenant: string;
  readonly client: string;
  readonly server: string;
  readonly connection: ConnectionType;
  readonly hasFailed: boolean;
  readonly weight: number;
  readonly clientSeconds: number | undefined;
  readonly serverSeconds: number | undefined;
}

/** Calls by client and server: the metrics that Grafana's service graph asks for (tempo/graphTransform.ts there). */
export class CallSeries {
  readonly #table: SeriesTable;
  readonly #server = new Histograms(doublingBounds(0.1, 8));
  readonly #client = new Histograms(doublingBounds(0.1, 8));
  /** By slot. */
  readonly #totals: number[] = [];
  readonly #failed: number[] = [];
  /** Slots by client, then by server and the rest: what was met lately, so that labels are not written for every call. */
  readonly #known = new Map<string, Map<string, Map<string, number>>>();
  #overflowed = 0;

  constructor(maxSeries: number, idleMs: number) {
    this.#table = new SeriesTable(['client', 'server', 'connection_type'], maxSeries, idleMs);
  }

  /** Calls that were counted into the overflow's series since the start. */
  get overflowed(): number {
    return this.#overflowed;
  }

  add(call: Call, nowMs: number): void {
    const slot = this.#slotOf(call, nowMs);
    this.#overflowed += slot === OVERFLOW ? 1 : 0;
    this.#totals[slot] = (this.#totals[slot] ?? 0) + call.weight;
    if (call.hasFailed) {
      this.#failed[slot] = (this.#failed[slot] ?? 0) + call.weight;
    }
    if (call.serverSeconds !== undefined) {
      this.#server.observe(slot, call.serverSeconds, call.weight);
    }
    if (call.clientSeconds !== undefined) {
      this.#client.observe(slot, call.clientSeconds, call.weight);
    }
  }

  expire(nowMs: number): void {
    const hasFreed = this.#table.expire(nowMs, (slot) => {
      this.#totals[slot] = 0;
      this.#failed[slot] = 0;
      this.#server.clear(slot);
      this.#client.clear(slot);
    });
    if (hasFreed) {
      this.#known.clear();
    }
  }

  *text(format: TextFormat): Generator<string> {
    const { labels } = this.#table;
    const valueIn = (values: readonly number[]) => (slot: number) => values[slot] ?? 0;
    const name = 'traces_service_graph_request';
    yield* format.counter(name, 'Calls by client and server.', labels, valueIn(this.#totals));
    yield* format.counter(`${name}_failed`, 'Calls of which a side failed.', labels, valueIn(this.#failed));
    yield* format.histogram(`${name}_server_seconds`, 'Calls as the server took them.', labels, this.#server);
    yield* format.histogram(`${name}_client_seconds`, 'Calls as the client saw them.', labels, this.#client);
  }

  #slotOf({ tenant, client, server, connection }: Call, nowMs: number): number {
    const servers = this.#known.get(client);
    const kind = tenant === '' ? connection : `${connection} ${tenant}`;
    const known = servers?.get(server)?.get(kind);
    if (known !== undefined) {
      this.#table.touch(known, nowMs);
      return known;
    }
    const labels = [label('client', client), label('server', server), label('connection_type', connection)];
    if (tenant !== '') {
      labels.push(label('tenant', tenant));
    }
    const slot = this.#table.slotOf(labels.join(','), nowMs);
    // Not the overflow's: there is no end of what is counted there.
    if (slot !== OVERFLOW) {
      const byServer = servers ?? new Map<string, Map<string, number>>();
      const byKind = byServer.get(server) ?? new Map<string, number>();
      byKind.set(kind, slot);
      byServer.set(server, byKind);
      this.#known.set(client, byServer);
    }
    return slot;
  }
}
