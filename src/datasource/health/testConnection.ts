import { type TestDataSourceResponse } from '@grafana/data';
import { describeStoreError, type StorePlace } from '../../shared/describeStoreError';
import { formatCount } from '../../shared/format';
import { type StoreClient } from '../../shared/storeClient';
import { StoreError } from '../../shared/storeError';
import { type StoreStatus } from '../../shared/storeTypes';

const DAY_MS = 86_400_000;

/** What "Save & test" says: everything that a person needs to mend what is wrong, or what the store has. */
export async function testConnection(
  client: StoreClient,
  place: StorePlace,
  pluginVersion: string,
  nowMs: number
): Promise<TestDataSourceResponse> {
  try {
    const status = await client.status();
    if (!status.ready) {
      return { status: 'warning', message: `The Clew store ${status.version} is starting. Try again in a moment.` };
    }
    // Asked apart from the status, because a token or a proxy can let one path through and not the other.
    const services = await client.services({ fromMs: nowMs - DAY_MS, toMs: nowMs });
    return success(status, services.length, pluginVersion);
  } catch (error) {
    if (error instanceof StoreError) {
      return { status: 'error', message: describeStoreError(error, place), error };
    }
    throw error;
  }
}

function success(status: StoreStatus, services: number, pluginVersion: string): TestDataSourceResponse {
  const { version, spansStored, otlp } = status;
  const store = `Connected to Clew store ${version}`;
  if (!isCompatible(version, pluginVersion)) {
    return {
      status: 'warning',
      message: `${store}, but the plugin is ${pluginVersion}: they are made for each other only where the versions agree.`,
    };
  }
  if (spansStored === 0) {
    return {
      status: 'success',
      message: `${store}. It has no spans yet: send OTLP to ${otlp.grpc} (gRPC) or http://${otlp.http}/v1/traces (HTTP).`,
    };
  }
  const seen = services === 1 ? '1 service' : `${formatCount(services)} services`;
  return { status: 'success', message: `${store}: ${formatCount(spansStored)} spans, ${seen} in the last 24 hours.` };
}

/** Same major version; before 1.0, same minor version. A version that cannot be read is not held against anyone. */
function isCompatible(store: string, plugin: string): boolean {
  const [a, b] = [store, plugin].map((version) => /^v?(\d+)\.(\d+)/.exec(version));
  return !a || !b || (a[1] === b[1] && (a[1] !== '0' || a[2] === b[2]));
}
