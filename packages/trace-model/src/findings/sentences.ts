import { CLIENT, CONSUMER, PRODUCER } from '../tree/parents.ts';
import { listText } from './text.ts';
import type { TraceFacts } from './trace-facts.ts';

/** A status message in a sentence is cut to this many characters: some hold whole stack traces. */
const MAX_MESSAGE = 120;

/** A span by its service and operation: "checkout POST /orders". */
export function spanText(facts: TraceFacts, node: number): string {
  if (!facts.isRow(node)) {
    return 'a span that is missing';
  }
  const [service, name] = [facts.service(node), facts.name(node)];
  return [service, name].filter((part) => part !== '').join(' ') || 'a span without a name';
}

/** A call as a subject: "acquirer's call POST to bank", "stock's UPDATE items", "checkout's publish to orders". */
export function callText(facts: TraceFacts, node: number): string {
  const name = facts.name(node);
  const owner = facts.service(node) === '' ? '' : `${facts.service(node)}'s `;
  const peer = facts.peer(node);
  if (facts.kind(node) === PRODUCER) {
    return `${owner}publish${peer === undefined || name.includes(peer) ? '' : ` to ${peer}`} (${name})`;
  }
  if (facts.kind(node) !== CLIENT || facts.isDatabase(node)) {
    return `${owner}${name}`;
  }
  return peer === undefined || name.includes(peer) ? `${owner}call ${name}` : `${owner}call to ${peer} (${name})`;
}

/** Whatever the span is, as a subject. */
export function subjectText(facts: TraceFacts, node: number): string {
  const kind = facts.kind(node);
  return kind === CLIENT || kind === PRODUCER ? callText(facts, node) : spanText(facts, node);
}

/** The services of the nodes, each once, in their order. */
export function servicesText(facts: TraceFacts, nodes: readonly number[]): string {
  const names = nodes.map((node) => facts.service(node)).filter((service) => service !== '');
  return listText([...new Set(names)], 8);
}

/** A step of what a span does: "the call to cart (GET)", "SELECT items", "render". */
export function stepText(facts: TraceFacts, node: number): string {
  const peer = facts.peer(node);
  return facts.kind(node) === CLIENT && !facts.isDatabase(node) && peer !== undefined
    ? `the call to ${peer} (${facts.name(node)})`
    : facts.name(node);
}

/** The piece of work that a span is part of. */
export function headText(facts: TraceFacts, node: number): string {
  const head = facts.heads[node];
  if (!facts.isRow(head)) {
    return 'the trace';
  }
  return facts.kind(head) === CONSUMER ? `${spanText(facts, head)} (from a queue)` : spanText(facts, head);
}

/** Why a span failed, in its own words: status message, else type of error, else status code; '' for none. */
export function reasonText(facts: TraceFacts, node: number): string {
  const message = facts.message(node).split('\n', 1)[0].trim();
  if (message !== '') {
    return message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE - 1)}…` : message;
  }
  const type = facts.attribute(node, 'error.type') ?? '';
  const status = facts.httpStatus(node);
  return type !== '' && type !== status ? type : status === '' ? '' : `status ${status}`;
}
