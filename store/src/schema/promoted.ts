/**
 * Span attributes that have a column of their own, because people filter and group by them all the time: a promoted
 * numeric attribute is some twenty times cheaper to compare than one in a map (docs/adr/0003-schema.md).
 *
 * A value goes to its promoted column when its OTLP type matches, and to the typed map otherwise, so nothing is lost
 * when a client sends `http.status_code` as a string. Keys are the OpenTelemetry semantic conventions', old and new.
 * Adding a row here needs a migration in migrations.ts.
 */
export interface PromotedAttribute {
  readonly key: string;
  readonly type: 'string' | 'int';
  readonly column: string;
}

const promoted = (type: PromotedAttribute['type'], key: string): PromotedAttribute => ({
  key,
  type,
  column: `p_${key.replaceAll('.', '_')}`,
});

export const PROMOTED: readonly PromotedAttribute[] = [
  promoted('string', 'http.request.method'),
  promoted('string', 'http.method'),
  promoted('string', 'http.route'),
  promoted('string', 'server.address'),
  promoted('string', 'peer.service'),
  promoted('string', 'db.system.name'),
  promoted('string', 'db.system'),
  promoted('string', 'rpc.service'),
  promoted('string', 'rpc.method'),
  promoted('string', 'messaging.system'),
  promoted('string', 'messaging.destination.name'),
  promoted('string', 'error.type'),
  promoted('int', 'http.response.status_code'),
  promoted('int', 'http.status_code'),
  promoted('int', 'rpc.grpc.status_code'),
];
