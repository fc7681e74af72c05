import { setTimeout as sleep } from 'node:timers/promises';
import { SERVICES } from '../shop/topology.ts';
import { asError } from '../shop/telemetry/span.ts';
import type { DemoOptions } from './args.ts';
import { Children, logTail, type Child } from './children.ts';
import { createLayout, removeRun, type Layout } from './layout.ts';
import { findOnPath } from './on-path.ts';
import { startGrafana, startLoki, startPrometheus, startShop, startStore, type Stage } from './parts.ts';
import { portTroubles, type ListenerName } from './ports.ts';
import { PartError } from './ready.ts';
import { drainShop } from './shop-control.ts';
import { formatTable, type PartRow } from './table.ts';
import { traceFetcher, verify } from './verify.ts';

/** How long the store may take to show everything, after the last span was sent. */
const VERIFY_PATIENCE_MS = 60_000;
/** A timer cannot be longer. */
const FOREVER_MS = 2 ** 31 - 1;
const STOP_ORDER = ['build', 'grafana', 'shop', 'prometheus', 'loki', 'store'];

type OptionalName = 'prometheus' | 'loki' | 'grafana';

const OPTIONAL: Record<OptionalName, { title: string; listeners: ListenerName[]; start: typeof startLoki }> = {
  prometheus: { title: 'Prometheus', listeners: ['prometheus'], start: startPrometheus },
  loki: { title: 'Loki', listeners: ['loki', 'lokiGrpc'], start: startLoki },
  grafana: { title: 'Grafana', listeners: ['grafana'], start: startGrafana },
};
const OPTIONAL_NAMES: readonly OptionalName[] = ['prometheus', 'loki', 'grafana'];

/** What a run without that part lacks. */
function costOf(name: OptionalName, layout: Layout): string {
  switch (name) {
    case 'prometheus':
      return 'no metrics, and no exemplars that lead to traces';
    case 'loki':
      return `log links lead nowhere; the shop's log lines go to ${layout.logs}/shop.log alone`;
    case 'grafana':
      return 'nothing to look at the traces with but the query API';
  }
}

/** Runs the demo; resolves with the exit code. `say` prints for people, `result` prints the last line. */
export async function runDemo(
  options: DemoOptions,
  root: string,
  say: (text: string) => void,
  result: (line: string) => void
): Promise<number> {
  const commands = new Map<OptionalName, string>();
  for (const name of OPTIONAL_NAMES) {
    const command = name === 'grafana' && !options.grafana ? undefined : findOnPath(name);
    if (command) {
      commands.set(name, command);
    }
  }
  const used: ListenerName[] = ['otlpGrpc', 'otlpHttp', 'query', 'admin', 'shop', 'shopControl'];
  const troubles = await portTroubles(options.ports, [
    ...used,
    ...[...commands.keys()].flatMap((name) => OPTIONAL[name].listeners),
  ]);
  if (troubles.length > 0) {
    say(troubles.join('\n'));
    return 1;
  }

  const layout = createLayout(root);
  const children = new Children(layout.logs, layout.watchdog);
  if (!options.keep) {
    children.removeOnCrash(layout.run);
  }
  const interrupted = new AbortController();
  const over = new AbortController();
  const signals = onSignal(interrupted, children, say);
  const stage: Stage = { options, layout, children, stop: AbortSignal.any([interrupted.signal, over.signal]), say };
  let code = 1;
  let summary: { line: string; ok: boolean } | undefined;
  try {
    const { shop, store } = await startAll(stage, commands);
    const disturbed = Promise.race([died(store), died(shop), rejectOn(stage.stop)]);
    await Promise.race([disturbed, sleep(options.forMs ?? FOREVER_MS, undefined, { signal: stage.stop })]);
    summary = await Promise.race([disturbed, check(options, say)]);
    code = summary.ok ? 0 : 1;
  } catch (thrown) {
    if (interrupted.signal.aborted) {
      code = options.forMs === undefined ? 0 : 130;
    } else {
      say(thrown instanceof PartError ? thrown.message : `the run failed: ${asError(thrown).message}`);
    }
  } finally {
    over.abort();
    await children.stopAll(STOP_ORDER);
    signals.dispose();
  }
  if (options.keep || code === 1) {
    say(`data and logs of this run: ${layout.run}`);
  } else {
    removeRun(layout);
  }
  if (summary) {
    result(summary.line);
  }
  return code;
}

async function startAll(
  stage: Stage,
  commands: ReadonlyMap<OptionalName, string>
): Promise<{ store: Child; shop: Child }> {
  const { options, layout, say } = stage;
  const { ports } = options;
  const url = (port: number, path = ''): string => `http://127.0.0.1:${port}${path}`;
  say(`starting the store${[...commands.keys()].map((name) => `, ${OPTIONAL[name].title}`).join('')} and the shop …`);

  const storeStarts = startStore(stage);
  const optionalStarts = OPTIONAL_NAMES.map(async (name) => {
    const command = commands.get(name);
    return { name, outcome: command ? await startOptional(name, command, stage) : missing(name, stage) };
  });
  const [store, ...outcomes] = await Promise.all([storeStarts, ...optionalStarts]);
  const optional = new Map(outcomes.map(({ name, outcome }) => [name, outcome]));
  const shop = await startShop(stage, optional.get('loki')?.running ? url(ports.loki) : '');

  const state = (name: OptionalName): string => optional.get(name)?.state ?? '';
  const rows: PartRow[] = [
    { name: 'store: OTLP over HTTP', url: url(ports.otlpHttp), state: 'ready' },
    { name: 'store: OTLP over gRPC', url: url(ports.otlpGrpc), state: 'ready' },
    { name: 'store: query API', url: url(ports.query), state: 'ready' },
    { name: 'store: admin', url: url(ports.admin), state: 'ready' },
    { name: 'shop: front end', url: url(ports.shop), state: `ready, ${SERVICES.length} services from this port on` },
    { name: 'shop: control', url: url(ports.shopControl), state: `ready, scenario ${options.scenario}` },
    { name: 'Prometheus', url: url(ports.prometheus), state: state('prometheus') },
    { name: 'Loki', url: url(ports.loki), state: state('loki') },
    { name: 'Grafana', url: url(ports.grafana, '/d/clew-shop'), state: state('grafana') },
  ];
  say(`\n${formatTable(rows)}\n`);
  for (const name of OPTIONAL_NAMES) {
    if (!optional.get(name)?.running) {
      say(`no ${OPTIONAL[name].title} (${state(name)}): ${costOf(name, layout)}`);
    }
  }
  say(`logs: ${layout.logs}`);
  say(`another scenario: curl -d payment-timeout ${url(ports.shopControl, '/scenario')}`);
  say(options.forMs === undefined ? 'Ctrl-C ends all of it' : `running for ${options.forMs / 1000} s …`);
  return { store, shop };
}

interface OptionalOutcome {
  running: boolean;
  state: string;
}

function missing(name: OptionalName, { options }: Stage): OptionalOutcome {
  return { running: false, state: name === 'grafana' && !options.grafana ? 'left out' : 'not on the PATH' };
}

/** A part that fails costs its links, not the run. */
async function startOptional(name: OptionalName, command: string, stage: Stage): Promise<OptionalOutcome> {
  const { title, start } = OPTIONAL[name];
  try {
    const child = await start(command, stage);
    void child.exited.then((end) => {
      if (!stage.stop.aborted) {
        stage.say(`${title} ${end}: ${costOf(name, stage.layout)}`);
      }
    });
    return { running: true, state: 'ready' };
  } catch (thrown) {
    stage.stop.throwIfAborted();
    stage.say(asError(thrown).message);
    return { running: false, state: 'did not start' };
  }
}

/** Drains the shop and compares it with the store; resolves with the summary as one line of JSON. */
async function check(options: DemoOptions, say: (text: string) => void): Promise<{ line: string; ok: boolean }> {
  const { ports, scenario } = options;
  say('stopping the load, and waiting for the last spans …');
  const sent = await drainShop(`http://127.0.0.1:${ports.shopControl}`);
  say(`comparing ${sent.traces.size} traces with the store …`);
  const { differences, ok, ...counts } = await verify(
    sent.traces,
    traceFetcher(`http://127.0.0.1:${ports.query}`),
    VERIFY_PATIENCE_MS
  );
  differences.forEach((difference) => say(difference));
  return { line: JSON.stringify({ requests: sent.requests, ...counts, scenario, ok }), ok };
}

/** Rejects when the child ends. */
async function died(child: Child): Promise<never> {
  const end = await child.exited;
  throw new PartError(`the ${child.name} ${end}; the end of its log:\n${logTail(child)}`);
}

/** Rejects when the signal aborts. */
function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(asError(signal.reason)), { once: true });
  });
}

/** The first signal ends the run in order, the second at once. */
function onSignal(interrupted: AbortController, children: Children, say: (text: string) => void): { dispose(): void } {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const handler = (): void => {
    if (interrupted.signal.aborted) {
      children.killAll();
      process.exit(130);
    }
    say('stopping (again to stop at once) …');
    interrupted.abort();
  };
  signals.forEach((signal) => process.on(signal, handler));
  return { dispose: () => signals.forEach((signal) => process.off(signal, handler)) };
}
