import { isCall, isQueued, type AnalysisInput, type Texts } from '@clew/trace-model';

import { Durations } from './durations.ts';
import { readPeer, type PeerKind } from './peer-sql.ts';

/** A service, or something that spans talk to and that sent none itself. */
export interface NodeSum {
  readonly kind: 'service' | PeerKind;
  readonly name: string;
  /** Of a database without a name of its own; '' if there is none. */
  readonly address: string;
  spans: number;
  errors: number;
  selfNs: number;
  /** Spans of a service that begin its work: servers, consumers and roots. Of a peer the spans that talk to it. */
  readonly requests: Durations;
  failedRequests: number;
}

export interface EdgeSum {
  readonly from: NodeSum;
  readonly to: NodeSum;
  readonly isAsync: boolean;
  errors: number;
  waitNs: number;
  /** Calls of which the caller alone sent a span. */
  unanswered: number;
  readonly durations: Durations;
}

/** OTLP. */
const [SERVER, CLIENT, PRODUCER, CONSUMER] = [2, 3, 4, 5];
const STATUS_ERROR = 2;

/** Nodes that have numbers: more cannot be told apart in a key of an edge. */
const MOST_NODES = 2 ** 25;

/** Databases of one system that are nodes apart: of a cluster with more nobody wants to see each. */
const MOST_ADDRESSES = 8;

/**
 * The service maps of traces as one, and in it databases, queues and what else sends no spans. A call is what `serviceMap` of
 * `@clew/trace-model` says; what goes through a queue that has a name goes to the queue and from there on, so that it is the same map
 * whether a consumer is a child of its producer or has a trace of its own.
 */
export class MapSum {
  readonly #nodes: NodeSum[] = [];
  readonly #edges = new Map<number, EdgeSum>();
  /** Numbers of nodes by service, and by peer; -1 for a text that names none. */
  readonly #serviceNodes: number[] = [];
  readonly #peerNodes: number[] = [];
  readonly #peerTexts: Texts;

  /** `peerTexts`: what `add` is given numbers of. */
  constructor(peerTexts: Texts) {
    this.#peerTexts = peerTexts;
  }

  /** Adds a trace. `services` is the same for all of them. `peers`: by row the number of its peer's text. */
  add(input: AnalysisInput, peers: Uint32Array, selfNs: Float64Array): void {
    this.#addSpans(input, selfNs);
    this.#addPeerCalls(input, peers, this.#addCalls(input, peers));
  }

  /** What is known now: nodes and edges in no order. */
  result(): { readonly nodes: readonly NodeSum[]; readonly edges: readonly EdgeSum[] } {
    const places = this.#places();
    const edges = new Map<NodeSum, Map<NodeSum, EdgeSum[]>>();
    for (const edge of this.#edges.values()) {
      const [from, to] = [places.get(edge.from) ?? edge.from, places.get(edge.to) ?? edge.to];
      const ofCaller = edges.get(from) ?? new Map<NodeSum, EdgeSum[]>();
      const alike = ofCaller.get(to) ?? [];
      let known = alike.find(({ isAsync }) => isAsync === edge.isAsync);
      if (known === undefined) {
        known = { from, to, isAsync: edge.isAsync, ...NOTHING, durations: new Durations() };
        edges.set(from, ofCaller.set(to, [...alike, known]));
      }
      known.errors += edge.errors;
      known.waitNs += edge.waitNs;
      known.unanswered += edge.to.kind === 'service' ? 0 : edge.durations.count;
      known.durations.addAll(edge.durations);
    }
    return {
      nodes: [...new Set(this.#nodes.map((node) => places.get(node) ?? node))],
      edges: [...edges.values()].flatMap((ofCaller) => [...ofCaller.values()].flat()),
    };
  }

  /**
   * Nodes that stand in place of others: a service for what is called by its name, since its span may be missing because the call
   * failed; and one database for all where there are many addresses.
   */
  #places(): Map<NodeSum, NodeSum> {
    const places = new Map<NodeSum, NodeSum>();
    const services = new Map(this.#nodes.flatMap((node) => (node.kind === 'service' ? [[node.name, node]] : [])));
    const databases = new Map<string, NodeSum[]>();
    for (const node of this.#nodes) {
      const service = node.kind === 'external' ? services.get(node.name) : undefined;
      if (service !== undefined) {
        places.set(node, service);
      }
      if (node.kind === 'database') {
        const alike = databases.get(node.name) ?? [];
        alike.push(node);
        databases.set(node.name, alike);
      }
    }
    for (const [name, alike] of databases) {
      if (alike.length > MOST_ADDRESSES) {
        const pool = newNode('database', name, '');
        alike.forEach((node) => {
          pool.requests.addAll(node.requests);
          pool.failedRequests += node.failedRequests;
          places.set(node, pool);
        });
      }
    }
    return places;
  }

  #addSpans({ tree, columns, services }: AnalysisInput, selfNs: Float64Array): void {
    const { rows, parents, starts, ends } = tree;
    const { kinds, statuses } = columns;
    for (let row = 0; row < rows; row++) {
      const node = this.#nodes[this.#serviceNode(columns.services[row], services)];
      const failed = statuses[row] === STATUS_ERROR ? 1 : 0;
      node.spans += 1;
      node.errors += failed;
      node.selfNs += selfNs[row];
      if (kinds[row] === SERVER || kinds[row] === CONSUMER || parents[row] === -1) {
        node.requests.add(ends[row] - starts[row]);
        node.failedRequests += failed;
      }
    }
  }

  /** Answers by row 1 where something that sent spans was called. */
  #addCalls({ tree, columns }: AnalysisInput, peers: Uint32Array): Uint8Array {
    const { rows, nodes, order, parents, starts, ends } = tree;
    const { kinds, statuses, services } = columns;
    const isAnswered = new Uint8Array(rows);
    for (let position = nodes - 1; position >= 0; position--) {
      const row = order[position];
      if (row >= rows) {
        continue;
      }
      const parent = parents[row];
      const isInTrace = parent !== -1 && parent < rows;
      const isSame = isInTrace && services[parent] === services[row];
      const to = this.#serviceNodes[services[row]];
      const duration = ends[row] - starts[row];
      const hasFailed = statuses[row] === STATUS_ERROR;
      if (isInTrace && isCall(kinds[parent], kinds[row], isSame)) {
        isAnswered[parent] = 1;
        const isAsync = isQueued(kinds[parent], kinds[row]);
        const waitNs = isAsync ? Math.max(0, starts[row] - ends[parent]) : 0;
        const queue = kinds[parent] === PRODUCER ? this.#queueOf(peers[parent], peers[row]) : -1;
        const callFailed =
          statuses[parent] === STATUS_ERROR && (kinds[parent] === CLIENT || kinds[parent] === PRODUCER);
        if (queue === -1) {
          const from = this.#serviceNodes[services[parent]];
          this.#addEdge(from, to, isAsync, duration, hasFailed || callFailed, waitNs);
        } else {
          this.#addEdge(queue, to, true, duration, hasFailed, waitNs);
        }
      } else if (kinds[row] === CONSUMER && !(isSame && kinds[parent] === CONSUMER)) {
        const queue = this.#queueOf(peers[row]);
        if (queue !== -1) {
          this.#addEdge(queue, to, true, duration, hasFailed, 0);
        }
      }
      // A client within a client is the same call, one layer below.
      if (isAnswered[row] === 1 && isSame && kinds[row] === CLIENT && kinds[parent] === CLIENT) {
        isAnswered[parent] = 1;
      }
    }
    return isAnswered;
  }

  /** What producers send to, and what clients call that sent no spans. */
  #addPeerCalls({ tree, columns }: AnalysisInput, peers: Uint32Array, isAnswered: Uint8Array): void {
    const { rows, nodes, order, parents, starts, ends } = tree;
    const { kinds, statuses, services } = columns;
    const isCounted = new Uint8Array(rows);
    for (let position = 0; position < nodes; position++) {
      const row = order[position];
      if (row >= rows || (kinds[row] !== CLIENT && kinds[row] !== PRODUCER)) {
        continue;
      }
      const parent = parents[row];
      const isWithin = parent !== -1 && parent < rows && isCounted[parent] === 1 && services[parent] === services[row];
      const isLast = kinds[row] === PRODUCER || isAnswered[row] === 0;
      const peer = isLast && !isWithin ? this.#peerNode(peers[row]) : -1;
      const node = this.#nodes[peer];
      const isQueue = node?.kind === 'queue';
      isCounted[row] = isWithin || peer !== -1 ? 1 : 0;
      if (node !== undefined && (isQueue || kinds[row] === CLIENT)) {
        const duration = ends[row] - starts[row];
        const hasFailed = statuses[row] === STATUS_ERROR;
        node.requests.add(duration);
        node.failedRequests += hasFailed ? 1 : 0;
        this.#addEdge(this.#serviceNodes[services[row]], peer, isQueue, duration, hasFailed, 0);
      }
    }
  }

  #addEdge(from: number, to: number, isAsync: boolean, ns: number, hasFailed: boolean, waitNs: number): void {
    const key = (from * MOST_NODES + to) * 2 + (isAsync ? 1 : 0);
    let edge = this.#edges.get(key);
    if (edge === undefined) {
      const [caller, called] = [this.#nodes[from], this.#nodes[to]];
      edge = { from: caller, to: called, isAsync, ...NOTHING, durations: new Durations() };
      this.#edges.set(key, edge);
    }
    edge.durations.add(ns);
    edge.errors += hasFailed ? 1 : 0;
    edge.waitNs += waitNs;
  }

  #serviceNode(service: number, services: Texts): number {
    return (this.#serviceNodes[service] ??= this.#newNode('service', services.get(service), ''));
  }

  /** -1: it names none. */
  #peerNode(text: number): number {
    let number = this.#peerNodes[text];
    if (number === undefined) {
      const peer = readPeer(this.#peerTexts.get(text));
      number = peer === undefined ? -1 : this.#newNode(peer.kind, peer.name, peer.address);
      this.#peerNodes[text] = number;
    }
    return number;
  }

  /** The queue that the first of these texts names that names one; -1 if none does. */
  #queueOf(...texts: readonly number[]): number {
    const found = texts.map((text) => this.#peerNode(text)).find((node) => this.#nodes[node]?.kind === 'queue');
    return found ?? -1;
  }

  #newNode(kind: NodeSum['kind'], name: string, address: string): number {
    return this.#nodes.push(newNode(kind, name, address)) - 1;
  }
}

const NOTHING = { errors: 0, waitNs: 0, unanswered: 0 };

const newNode = (kind: NodeSum['kind'], name: string, address: string): NodeSum => ({
  ...{ kind, name, address, spans: 0, errors: 0, selfNs: 0, failedRequests: 0, requests: new Durations() },
});
