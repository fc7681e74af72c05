import { readStoreStatus } from '../samples/store.ts';
import type { Check } from '../types.ts';
import { storeOf } from './store-datasource.ts';
import { duration, ok, unknown, warning } from './verdicts.ts';

export const storeReady: Check = {
  id: 'store-ready',
  area: 'store',
  title: 'The store has caught up',
  needs: ['store-reachable'],
  run: async (context) => {
    const { status } = await readStoreStatus(context, storeOf(context));
    if (!status) {
      return [unknown('The store gave no status.')];
    }
    const up = duration(status.uptimeSeconds * 1000);
    return status.ready
      ? [ok(`It is ready, and has been running for ${up}.`)]
      : [
          warning(`It started ${up} ago and is not ready: it replays its journal, or waits for ClickHouse.`, {
            remedy: {
              summary: 'It gets ready by itself, unless ClickHouse stays away.',
              steps: ['Ask /ready of the admin port (3201): it says what it waits for. So does the log.'],
            },
          }),
        ];
  },
};
