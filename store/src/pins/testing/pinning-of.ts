import type { Engine } from '../../engine/engine.ts';
import { Tenants } from '../../tenants.ts';
import { createPinning, type Pinning, type PinningConfig } from '../pinning.ts';

const CONFIG: PinningConfig = {
  prometheusUrl: '',
  prometheusToken: '',
  prometheusTenant: '',
  exemplarsEvery: 60,
  exemplarLabels: 'trace_id',
  maxPins: 1000,
  keptBytes: 2 ** 30,
  multiTenant: false,
};
const silent = () => undefined;
const NO_LOG = { info: silent, warn: silent, error: silent };

/** Pins in an engine, for tests: nothing runs by itself. */
export const pinningOf = (engine: Engine, config: Partial<PinningConfig> = {}, tenants = Tenants.single()): Pinning =>
  createPinning(engine, { ...CONFIG, ...config }, tenants, NO_LOG);
