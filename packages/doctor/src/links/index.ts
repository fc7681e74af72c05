import { CLEW_TYPE, type Datasource } from '../inventory.ts';
import type { DoctorContext } from '../types.ts';
import { propose as derivedFields } from './derived-fields.ts';
import { propose as exemplars } from './exemplars.ts';
import { propose as tracesToLogs } from './traces-to-logs.ts';
import { propose as tracesToMetrics } from './traces-to-metrics.ts';
import type { LinkProposal } from './types.ts';

/** A way that datasources can lead to each other. */
export interface Link {
  readonly id: LinkProposal['id'];
  /** What it does, as a short statement. */
  readonly title: string;
  /** Types of datasources: whose settings have it, and where it leads. */
  readonly from: string;
  readonly to: string;
  /** How it is now, and how it would be right, tried on live data. Rejects with CallFailed. */
  readonly propose: (context: DoctorContext, from: Datasource, to: Datasource) => Promise<LinkProposal>;
}

export const LINKS: readonly Link[] = [
  {
    id: 'exemplars',
    title: 'A dot in a metric opens its trace',
    from: 'prometheus',
    to: CLEW_TYPE,
    propose: exemplars,
  },
  {
    id: 'traces-to-metrics',
    title: 'A span shows the metrics of its service',
    from: CLEW_TYPE,
    to: 'prometheus',
    propose: tracesToMetrics,
  },
  { id: 'derived-fields', title: 'A log line opens its trace', from: 'loki', to: CLEW_TYPE, propose: derivedFields },
  { id: 'traces-to-logs', title: 'A trace shows its log lines', from: CLEW_TYPE, to: 'loki', propose: tracesToLogs },
];
