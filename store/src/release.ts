import type { FastifyInstance } from 'fastify';

import { messageOf } from './errors.ts';

type Step = () => Promise<void> | void;

/** One after the other, each whatever became of those before it. Rejects with what failed when all are done. */
export async function releaseInTurn(steps: readonly Step[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  report(failures);
}

/** All at once. Rejects with what failed, and not before all are done: what they use may be released after them. */
export async function releaseTogether(steps: readonly Step[]): Promise<void> {
  const results = await Promise.allSettled(steps.map(async (step) => step()));
  report(results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : [])));
}

/** Lets requests under way finish for `graceMs`, then ends their connections, and those that never sent a request. */
export async function closeWithin(server: FastifyInstance, graceMs: number): Promise<void> {
  const timer = setTimeout(() => server.server.closeAllConnections(), graceMs);
  try {
    await server.close();
  } finally {
    clearTimeout(timer);
  }
}

function report(failures: readonly unknown[]): void {
  if (failures.length > 1) {
    throw new AggregateError(failures, failures.map(messageOf).join('; '));
  }
  if (failures.length === 1) {
    throw failures[0];
  }
}
