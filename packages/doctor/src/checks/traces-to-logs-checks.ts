import type { Check } from '../types.ts';
import { logsLabels } from './logs-labels.ts';
import { logsLinked } from './logs-linked.ts';
import { spanLines } from './span-lines.ts';

export const TRACES_TO_LOGS_CHECKS: readonly Check[] = [logsLinked, logsLabels, spanLines];
