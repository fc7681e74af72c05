import { TraceqlError, check, format, parse, type Query, type SpansetOperand } from '@clew/traceql';
import { isOneOf, literal } from '../../scenes/red/traceqlText';
import { type MapEdgeJson, type MapNodeJson } from '../../shared/serviceMap/serviceMapJson';

export const EVERYTHING = '{ }';

/** What is wrong with a query for traces, for the person who types it. */
export function queryProblem(text: string): string | undefined {
  try {
    const query = parse(text);
    check(query);
    return query.body.kind === 'pipeline'
      ? undefined
      : 'This is a metric. Give a search for traces, like { status = error }.';
  } catch (error) {
    if (error instanceof TraceqlError) {
      const { message, hint, column } = error;
      return [`Column ${column}: ${message}`, hint]
        .filter((text) => text !== undefined)
        .map(sentence)
        .join(' ');
    }
    throw error;
  }
}

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`;

/** The traces of a query that have spans of another one too. Both are searches. */
export function narrowed(text: string, condition: string): string {
  const [query, added] = [parse(text), parse(condition)];
  const wanted = format(added);
  if (format(query) === format(parse(EVERYTHING))) {
    return wanted;
  }
  if (conjunctsOf(query).includes(wanted)) {
    return text;
  }
  return format(parse(`(${format({ ...query, hints: [] })}) && (${wanted})`));
}

/** As texts: what all has to be found. */
function conjunctsOf({ body }: Query): string[] {
  if (body.kind !== 'pipeline' || body.stages.length !== 1) {
    return [];
  }
  const [first] = body.stages;
  const found: string[] = [];
  const visit = (operand: SpansetOperand): void => {
    if (operand.kind === 'spansetOperation' && operand.operator === '&&') {
      visit(operand.left);
      visit(operand.right);
      return;
    }
    const pipeline = operand.kind === 'pipeline' ? operand : { ...body, stages: [operand] };
    found.push(format({ kind: 'query', text: '', span: body.span, hints: [], body: pipeline }));
  };
  if (first.kind === 'spansetFilter' || first.kind === 'spansetOperation') {
    visit(first);
  }
  return found;
}

const serviceIs = (name: string): string => `resource.service.name = ${literal(name)}`;

const isNamed = (attributes: readonly string[], name: string): string =>
  `(${attributes.map((attribute) => isOneOf(attribute, [name])).join(' || ')})`;

/** Where the store has the names of what sends no spans from: store/src/query/service-map/peer-sql.ts. */
function peerIs({ kind, service, address }: MapNodeJson): string {
  switch (kind) {
    case 'queue':
      return isNamed(['span.messaging.destination.name', 'span.messaging.system'], service);
    case 'database': {
      const isSystem = isNamed(['span.db.system.name', 'span.db.system', 'span.peer.service'], service);
      return address === undefined ? isSystem : `${isSystem} && span.server.address = ${literal(address)}`;
    }
    default:
      return isNamed(['span.peer.service', 'span.server.address', 'span.rpc.service'], service);
  }
}

/** TraceQL of the spans of a service, or of those that talk to what sends none. */
export function nodeQuery(node: MapNodeJson): string {
  switch (node.kind) {
    case 'service':
      return `{ ${serviceIs(node.service)} }`;
    case 'queue':
      return `{ ${peerIs(node)} }`;
    default:
      return `{ kind = client && ${peerIs(node)} }`;
  }
}

/** TraceQL of the calls between two nodes. */
export function edgeQuery(from: MapNodeJson, to: MapNodeJson, edge: Pick<MapEdgeJson, 'unanswered'>): string {
  if (from.kind === 'queue') {
    return `{ ${serviceIs(to.service)} && kind = consumer && ${peerIs(from)} }`;
  }
  const caller = serviceIs(from.service);
  if (to.kind !== 'service') {
    return `{ ${caller} && ${to.kind === 'queue' ? 'kind != consumer' : 'kind = client'} && ${peerIs(to)} }`;
  }
  const isSame = from.id === to.id;
  const calls = `{ ${caller} } > { ${serviceIs(to.service)}${isSame ? ' && (kind = server || kind = consumer)' : ''} }`;
  return edge.unanswered > 0
    ? `(${calls}) || { ${caller} && kind = client && ${peerIs({ ...to, kind: 'external' })} }`
    : calls;
}
