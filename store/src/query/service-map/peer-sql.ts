/** What a span talks to that may have sent no span of its own. */
export interface Peer {
  readonly kind: PeerKind;
  readonly name: string;
  /** `server.address` of a database, '' where its name is one that people gave it. */
  readonly address: string;
}

export type PeerKind = 'database' | 'queue' | 'external';

const KIND_OF: Readonly<Record<string, PeerKind>> = { d: 'database', q: 'queue', e: 'external' };
const SEPARATOR = '\x1f';

const firstOf = (...columns: readonly string[]): string =>
  `coalesce(${columns.map((column) => `nullIf(${column}, '')`).join(', ')}, '')`;

const SYSTEM = firstOf('p_db_system_name', 'p_db_system');
const QUEUE = firstOf('p_messaging_destination_name', 'p_messaging_system');
const HOST = firstOf('p_peer_service', 'p_server_address', 'p_rpc_service');
const PEER_SERVICE = firstOf('p_peer_service');
const ADDRESS = firstOf('p_server_address');

const text = (letter: string, name: string, address: string): string =>
  `concat('${letter}\\x1f', ${name}, '\\x1f', ${address})`;

/**
 * SQL over clew.spans: the peer of a client, producer or consumer span as its attributes name it (OpenTelemetry's semantic
 * conventions, old and new), '' where there is none. `readPeer` reads it.
 */
export const PEER_SQL = `multiIf(kind NOT IN (3, 4, 5), '',
  kind = 3 AND ${SYSTEM} != '' AND ${PEER_SERVICE} != '', ${text('d', PEER_SERVICE, "''")},
  kind = 3 AND ${SYSTEM} != '', ${text('d', SYSTEM, ADDRESS)},
  ${QUEUE} != '', ${text('q', QUEUE, "''")},
  kind = 3 AND ${HOST} != '', ${text('e', HOST, "''")}, '')`;

/** Undefined for ''. */
export function readPeer(written: string): Peer | undefined {
  if (written === '') {
    return undefined;
  }
  const [letter, name, address] = written.split(SEPARATOR);
  return { kind: KIND_OF[letter], name, address };
}
