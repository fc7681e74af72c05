export { ALL_CHECKS } from './checks/index.ts';
export { applyChange, provisioningOf, type Applied, type DatasourceChange } from './changes.ts';
export { proxied, type GrafanaRequest, type GrafanaResponse, type GrafanaTransport } from './grafana.ts';
export {
  CLEW_TYPE,
  InventoryError,
  byUid,
  isRecord,
  ofType,
  readInventory,
  type Datasource,
  type Inventory,
} from './inventory.ts';
export { LINKS, type Link } from './links/index.ts';
export { type LinkProposal } from './links/types.ts';
export { CallFailed, callerOf, openContext, type Clock, type ContextOptions } from './context.ts';
export { runDoctor, worst, type DoctorOptions, type DoctorReport } from './run.ts';
export { STORE_CHECKS } from './checks/store-checks.ts';
export {
  isWorking,
  type Area,
  type Check,
  type CheckResult,
  type DoctorContext,
  type Outcome,
  type Remedy,
  type Verdict,
} from './types.ts';
