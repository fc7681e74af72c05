import type { Check } from '../types.ts';
import { appEnabled } from './app-enabled.ts';
import { clocks } from './clocks.ts';
import { spansArriving } from './spans-arriving.ts';
import { spansRefused } from './spans-refused.ts';
import { storeDatasource } from './store-datasource.ts';
import { storeReachable } from './store-reachable.ts';
import { storeReady } from './store-ready.ts';

export const STORE_CHECKS: readonly Check[] = [
  storeDatasource,
  appEnabled,
  storeReachable,
  storeReady,
  spansArriving,
  spansRefused,
  clocks,
];
