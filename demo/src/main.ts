import { resolve } from 'node:path';
import { ArgumentError, demoHelp, parseDemoArgs } from './runner/args.ts';
import { runDemo } from './runner/run.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');

try {
  const options = parseDemoArgs(process.argv.slice(2));
  if (options.help) {
    console.log(demoHelp());
  } else {
    const print = (text: string): void => console.log(text);
    process.exitCode = await runDemo(options, ROOT, print, print);
  }
} catch (thrown) {
  if (!(thrown instanceof ArgumentError)) {
    throw thrown;
  }
  console.error(thrown.message);
  process.exitCode = 2;
}
