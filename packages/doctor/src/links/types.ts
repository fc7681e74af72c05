import type { Datasource } from '../inventory.ts';
import type { Remedy } from '../types.ts';

export interface LinkProposal {
  readonly id: 'exemplars' | 'derived-fields' | 'traces-to-logs' | 'traces-to-metrics';
  /** Whose settings change. */
  readonly from: Datasource;
  /** Where the link leads. */
  readonly to: Datasource;
  /** How it is now. */
  readonly state: 'linked' | 'missing' | 'broken' | 'elsewhere';
  /** Why this proposal, with what was seen in live data. */
  readonly sentence: string;
  /** Undefined where it is linked and works; `remedy.change` has the settings. */
  readonly remedy: Remedy | undefined;
  /**
   * The link tried on live data: an exemplar and the trace it opens, a log line with the id marked, the log lines of a span. `works` is
   * undefined where there is no data to try it on.
   */
  readonly preview: { readonly lines: readonly string[]; readonly works: boolean | undefined };
}
