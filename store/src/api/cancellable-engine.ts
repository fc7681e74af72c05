import type { Engine } from '../engine/engine.ts';
import { ApiError } from '../errors.ts';

/**
 * The engine as one request sees it: once `signal` has fired, because the client is gone, no further statement begins.
 * One that runs goes on to its end, since an embedded engine cannot stop it.
 */
export function cancellable(engine: Engine, signal: AbortSignal): Engine {
  const check = () => {
    if (signal.aborted) {
      throw new ApiError('client_gone');
    }
  };
  return {
    rows: async (query, limits) => {
      check();
      return engine.rows(query, limits);
    },
    bytes: async (query, format, limits) => {
      check();
      return engine.bytes(query, format, limits);
    },
    command: (sql) => engine.command(sql),
    insertNative: (table, columns, block, token) => engine.insertNative(table, columns, block, token),
    close: () => engine.close(),
  };
}
