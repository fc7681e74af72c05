import type { Exemplar, SpanIds } from './exemplars.ts';
import type { SeriesSet } from './families.ts';
import { doublingBounds, Histograms } from './histograms.ts';
import { OVERFLOW, SeriesTable } from './series-table.ts';

/** What is between two nodes of the service graph, as Tempo names it; '' for a plain call. */
export type ConnectionType = '' | 'messaging_system' | 'database' | 'virtual_node';

/** A call from one node to another. Seconds of a side that was not seen are undefined. */
export interface Call {
  /** Of one of its spans. */
  readonly ids: SpanIds;
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
  readonly set: SeriesSet;
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
    const name = 'traces_service_graph_request';
    const counter = (suffix: string, help: string, values: readonly number[]) =>
      ({
        kind: 'counter',
        name: `${name}${suffix}`,
        help,
        valueAt: (slot: number) => values[slot] ?? 0,
        exemplarAt: (slot: number) => (suffix === '' ? this.#exemplarOf(slot) : undefined),
      }) as const;
    const histogram = (suffix: string, help: string, histograms: Histograms) =>
      ({ kind: 'histogram', name: `${name}${suffix}`, help, histograms }) as const;
    this.set = {
      table: this.#table,
      families: [
        counter('', 'Calls by client and server.', this.#totals),
        counter('_failed', 'Calls of which a side failed.', this.#failed),
        histogram('_server_seconds', 'Calls as the server took them.', this.#server),
        histogram('_client_seconds', 'Calls as the client saw them.', this.#client),
      ],
    };
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
      const cell = this.#server.observe(slot, call.serverSeconds, call.weight);
      this.#server.exemplars.put(cell, call.ids, call.serverSeconds, nowMs);
    }
    if (call.clientSeconds !== undefined) {
      const cell = this.#client.observe(slot, call.clientSeconds, call.weight);
      this.#client.exemplars.put(cell, call.ids, call.clientSeconds, nowMs);
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

  /** A call has a side at least: where the server's was not seen the client's was. */
  #exemplarOf(slot: number): Exemplar | undefined {
    const server = this.#server.exemplarOf(slot);
    const client = this.#client.exemplarOf(slot);
    return (client?.atMs ?? 0) > (server?.atMs ?? 0) ? client : server;
  }

  #slotOf({ tenant, client, server, connection }: Call, nowMs: number): number {
    const servers = this.#known.get(client);
    const kind = tenant === '' ? connection : `${connection} ${tenant}`;
    const known = servers?.get(server)?.get(kind);
    if (known !== undefined) {
      this.#table.touch(known, nowMs);
      return known;
    }
    const slot = this.#table.slotOf([client, server, connection, tenant], nowMs);
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
