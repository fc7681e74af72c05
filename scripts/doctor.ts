/**
 * `npm run doctor -- --grafana URL`: the checks of packages/doctor against a running Grafana, as text or JSON, with an exit code
 * for CI. docs/doctor.md says more.
 */
import { ALL_CHECKS, callerOf, CallFailed, InventoryError, readInventory, runDoctor } from '@clew/doctor';

import { ArgumentError, HELP, parseDoctorArgs, type DoctorArgs } from './doctor/args.ts';
import { nodeTransport } from './doctor/grafana.ts';
import { AreaPrinter, closingLine, countsOf, exitCodeOf, jsonOf } from './doctor/output.ts';
import { applyAll, writeFiles, type AppliedChange } from './doctor/remedies.ts';

const CANNOT_RUN = 2;

const clock = {
  now: Date.now,
  // It must not keep the process alive once all is done.
  sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms).unref()),
};

const write = (text: string) => void process.stdout.write(text);

async function run(args: DoctorArgs): Promise<number> {
  const transport = nodeTransport(args.grafana, args.authorization);
  const call = callerOf(transport);
  // For the YAML, which is printed while checks are still running.
  const inventory = await readInventory(call);
  const inColour = process.stdout.isTTY === true && !process.env.NO_COLOR;
  const printer = new AreaPrinter(ALL_CHECKS, write, inColour, () => ({ inventory }));
  const report = await runDoctor({
    ...{ transport, clock, checks: ALL_CHECKS, storeUid: args.storeUid, lookBackMs: args.lookBackMs },
    onResult: args.asJson ? undefined : (result) => printer.add(result),
  });
  const files = args.yamlFolder === undefined ? undefined : writeFiles(report, args.yamlFolder);
  const applied = args.apply ? await applyAll(report, call) : undefined;
  if (args.asJson) {
    write(`${JSON.stringify(jsonOf(report, { ...args, applied }), undefined, 2)}\n`);
  } else {
    write(closingLine(report));
    write((files ?? []).map((file) => `Wrote ${file}\n`).join(''));
    write(appliedText(applied));
  }
  return exitCodeOf(countsOf(report));
}

function appliedText(applied: readonly AppliedChange[] | undefined): string {
  if (!applied) {
    return '';
  }
  const again = applied.some(({ ok }) => ok) ? ' Run it again to see what came of it.' : '';
  return applied.length === 0
    ? 'There was nothing to apply.\n'
    : `${applied.map(({ sentence }) => sentence).join('\n')}${again}\n`;
}

async function main(argv: readonly string[]): Promise<number> {
  try {
    const args = parseDoctorArgs(argv, process.env);
    if (args === 'help') {
      write(HELP);
      return 0;
    }
    return await run(args);
  } catch (error) {
    if (
      error instanceof ArgumentError ||
      error instanceof InventoryError ||
      error instanceof CallFailed ||
      isFile(error)
    ) {
      process.stderr.write(`${error.message}\n`);
      if (argv.includes('--json')) {
        write(`${JSON.stringify({ error: error.message, exitCode: CANNOT_RUN })}\n`);
      }
      return CANNOT_RUN;
    }
    throw error;
  }
}

/** Of writing the files. */
const isFile = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'syscall' in error;

process.exitCode = await main(process.argv.slice(2));
