import { type StoreClient, type TimeWindow } from '../../shared/storeClient';
import { asNumber } from '../../shared/narrowing';
import { textLabel } from '../../scenes/red/red';
import { filterOf } from '../../scenes/red/traceqlText';

/** A database or a queue that a service's own spans name. */
export interface Peer {
  readonly kind: 'database' | 'queue';
  readonly name: string;
  readonly calls: number;
  readonly errors: number;
}

const KINDS = [
  {
    kind: 'database',
    of: ['span.db.system.name', 'span.db.system'],
    names: ['span.db.namespace', 'span.server.address'],
  },
  { kind: 'queue', of: ['span.messaging.system'], names: ['span.messaging.destination.name'] },
] as const;

/** Rejects with StoreError. */
export async function loadPeers(
  client: StoreClient,
  condition: string,
  window: TimeWindow,
  signal: AbortSignal
): Promise<Peer[]> {
  const asked = KINDS.map(async ({ kind, of, names }) => {
    const has = of.map((attribute) => `${attribute} != nil`).join(' || ');
    const query = `${filterOf(condition, 'kind = client || kind = producer', has)} | count_over_time() by (${[...of, ...names, 'status'].join(', ')})`;
    const { series } = await client.instantMetrics(query, { window, signal });
    const peers = new Map<string, { calls: number; errors: number }>();
    for (const { labels, value } of series) {
      const read = (name: string) => {
        const text = textLabel(labels, name);
        return text === undefined || text === 'nil' ? '' : text;
      };
      const system = of.map(read).find((text) => text !== '') ?? '';
      const detail = names.map(read).find((text) => text !== '') ?? '';
      const name = [system, detail].filter((text) => text !== '').join(' ');
      const count = asNumber(value) ?? 0;
      const peer = peers.get(name) ?? { calls: 0, errors: 0 };
      peers.set(name, {
        calls: peer.calls + count,
        errors: peer.errors + (textLabel(labels, 'status') === 'error' ? count : 0),
      });
    }
    return Array.from(peers, ([name, numbers]): Peer => ({ kind, name, ...numbers }));
  });
  return (await Promise.all(asked)).flat().sort((a, b) => b.calls - a.calls);
}
