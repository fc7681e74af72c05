import type { Steps } from '../tree/steps.ts';
import { criticalPath, type CriticalPath } from './critical-path.ts';
import { flameGraph, type FlameGraph } from './flame.ts';
import { groupKey } from './group-key.ts';
import type { AnalysisInput } from './input.ts';
import { parallelism, type Parallelism } from './parallelism.ts';
import { selfTime, type SelfTime } from './self-time.ts';
import { serviceMap, type ServiceMap } from './service-map.ts';
import { statistics, type Statistics } from './statistics.ts';

export interface TraceAnalysis {
  readonly selfTime: SelfTime;
  /** Of each root. */
  readonly path: CriticalPath;
  /** To the last end of each root's tree. */
  readonly wholePath: CriticalPath;
  /** By service and name. */
  readonly operations: Statistics;
  readonly parallelism: Parallelism;
  readonly flame: FlameGraph;
  readonly services: ServiceMap;
}

/** All that is worth knowing of one trace at once. */
export function* analyzeTrace(input: AnalysisInput): Steps<TraceAnalysis> {
  const self = yield* selfTime(input);
  const path = yield* criticalPath(input);
  return {
    selfTime: self,
    path,
    wholePath: yield* criticalPath(input, { wholeTrace: true }),
    operations: yield* statistics(input, self, path, { by: [groupKey(input, 'service'), groupKey(input, 'name')] }),
    parallelism: yield* parallelism(input),
    flame: yield* flameGraph(input, self),
    services: yield* serviceMap(input, self),
  };
}
