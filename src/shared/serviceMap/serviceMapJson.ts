/** The store's answer to /clew/v1/service-map, as docs/api.md has it. Times are nanoseconds. */

export type MapNodeKind = 'service' | 'database' | 'queue' | 'external';

export interface MapNodeJson {
  readonly id: string;
  readonly service: string;
  readonly kind: MapNodeKind;
  readonly address?: string;
  readonly spans: number;
  readonly errors: number;
  readonly selfNs: number;
  readonly requests: number;
  readonly failedRequests: number;
  readonly p50Ns: number;
  readonly p95Ns: number;
}

export interface MapEdgeJson {
  /** Ids of nodes. */
  readonly from: string;
  readonly to: string;
  readonly async: boolean;
  readonly calls: number;
  readonly errors: number;
  /** Calls of which the caller alone sent a span. */
  readonly unanswered: number;
  readonly totalNs: number;
  readonly waitNs: number;
  readonly p95Ns: number;
}

export interface ServiceMapJson {
  readonly traces: number;
  readonly truncated: boolean;
  readonly startUnixNano: string | null;
  /** Those of which the most was asked come first. */
  readonly nodes: readonly MapNodeJson[];
  readonly nodeCount: number;
  readonly edges: readonly MapEdgeJson[];
}
