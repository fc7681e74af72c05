import type { Check } from '../types.ts';
import { derivedFields } from './derived-fields.ts';
import { logLines } from './log-lines.ts';
import { logMetadata } from './log-metadata.ts';
import { logTracesResolve } from './log-traces-resolve.ts';
import { lokiReachable } from './loki-reachable.ts';

export const LOGS_CHECKS: readonly Check[] = [lokiReachable, logLines, logMetadata, derivedFields, logTracesResolve];
