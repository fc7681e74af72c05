export { applyChange, provisioningOf, type Applied, type DatasourceChange } from './changes.ts';
export { proxied, type GrafanaRequest, type GrafanaResponse, type GrafanaTransport } from './grafana.ts';
export {
  CLEW_TYPE,
  InventoryError,
  byUid,
  ofType,
  readInventory,
  type Datasource,
  type Inventory,
} from './inventory.ts';
export { CallFailed, callerOf, runDoctor, worst, type Clock, type DoctorOptions, type DoctorReport } from './run.ts';
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
