import { type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { parse, stringify } from 'yaml';

import {
  LOKI,
  PROMETHEUS,
  STORE,
  addCopies,
  changeJson,
  freePort,
  lokiConfig,
  provision,
  pushToLoki,
  putYaml,
  reload,
  removeCopies,
  resetCopy,
  runDoctor,
  settingsOf,
  startServer,
  stopServer,
  withCopy,
  verdictsOf,
  type Verdict,
} from './doctor-support.ts';
import { grafanaApi, search } from './support.ts';

const LINKS = ['metrics', 'logs', 'traces-to-logs', 'traces-to-metrics'];
/** No service of the shop has this label. */
const NO_LABEL = 'svc_of_nobody';
/** Grafana's proxy keeps what it knows of a datasource for five seconds. */
const SETTLED = { timeout: 20_000, intervals: [1000] };
const GONE = 'no-such-datasource';

test('what is provisioned is green, in time', async () => {
  // A stack that has just started has rates of a minute, and traces that come after their lines, a little later.
  await expect(async () => {
    const { checks, exitCode, durationMs } = await runDoctor('clew');
    const isWrong = (area: string, outcome: string) =>
      outcome === 'failed' || outcome === 'unknown' || (LINKS.includes(area) && outcome !== 'ok');
    const said = checks.flatMap(({ area, verdicts }) =>
      verdicts
        .filter(({ outcome }) => isWrong(area, outcome))
        .map(({ outcome, sentence }) => `${area}: ${outcome}: ${sentence}`)
    );
    expect(said).toEqual([]);
    expect(exitCode).toBe(0);
    expect(durationMs).toBeLessThan(20_000);
  }).toPass({ timeout: 75_000, intervals: [3000] });
});

interface Seeded {
  readonly name: string;
  /** The copy that is broken, and whose settings mend it. */
  readonly uid: string;
  readonly jsonData?: Record<string, unknown>;
  /** The check that finds it, and of which datasource it says so; by default of the one that is broken, null of any. */
  readonly check: string;
  readonly of?: string | null;
  readonly says: RegExp;
  /** The YAML as a file that Grafana reads; otherwise by way of its API. */
  readonly isFile?: boolean;
}

const tags = (key: string, value: string) => [{ key, value }];
const field = (changes: object) => ({
  derivedFields: [
    {
      name: 'trace_id',
      matcherType: 'label',
      matcherRegex: '^trace_id$',
      url: '${__value.raw}',
      datasourceUid: STORE,
      ...changes,
    },
  ],
});
const destination = (changes: object) => ({
  exemplarTraceIdDestinations: [{ name: 'trace_id', datasourceUid: STORE, ...changes }],
});
const toLogs = (changes: object) => ({
  tracesToLogsV2: {
    datasourceUid: LOKI,
    tags: tags('service.name', 'service_name'),
    filterByTraceID: true,
    ...changes,
  },
});
const RATE = 'sum(rate(http_server_request_duration_seconds_count{$__tags}[1m]))';
const toMetrics = (label: string) => ({
  tracesToMetrics: {
    datasourceUid: PROMETHEUS,
    tags: tags('service.name', label),
    queries: [{ name: 'Requests', query: RATE }],
  },
});

const SEEDED: readonly Seeded[] = [
  {
    name: 'exemplars lead nowhere',
    ...{ uid: PROMETHEUS, check: 'exemplars-linked', isFile: true },
    jsonData: { exemplarTraceIdDestinations: [] },
    says: /Exemplars of doctor-prometheus lead nowhere.*trace_id/,
  },
  {
    name: 'exemplars lead to a datasource that is gone',
    ...{ uid: PROMETHEUS, check: 'exemplars-linked' },
    jsonData: destination({ datasourceUid: GONE }),
    says: /not there.*no-such-datasource/,
  },
  {
    name: 'the link of exemplars goes by a label that they do not have',
    ...{ uid: PROMETHEUS, check: 'exemplar-label' },
    jsonData: destination({ name: 'traceID' }),
    says: /labels span_id, trace_id; the link goes by traceID/,
  },
  {
    name: 'there is no derived field',
    ...{ uid: LOKI, check: 'derived-fields', isFile: true },
    jsonData: { derivedFields: [] },
    says: /Lines of doctor-loki lead nowhere.*the label trace_id/,
  },
  {
    name: 'the regular expression of the derived field matches no line',
    ...{ uid: LOKI, check: 'derived-fields' },
    jsonData: field({ matcherType: 'regex', matcherRegex: 'traceID=(\\w+)' }),
    says: /traceID=.*matches 0 of 100 lines, although 100 of them name a trace, in the label trace_id/,
  },
  {
    name: 'the derived field leads to a datasource without traces',
    ...{ uid: LOKI, check: 'derived-fields' },
    jsonData: field({ datasourceUid: PROMETHEUS }),
    says: /leads to doctor-prometheus, which is of the type prometheus and has no traces/,
  },
  {
    name: 'the derived field leads to a datasource that is gone',
    ...{ uid: LOKI, check: 'derived-fields' },
    jsonData: field({ datasourceUid: GONE }),
    says: /not there: “trace_id” to the uid no-such-datasource/,
  },
  {
    name: 'the derived field has lost its dollar sign',
    ...{ uid: LOKI, check: 'derived-fields' },
    jsonData: field({ url: '{__value.raw}' }),
    says: /lost its dollar sign/,
  },
  {
    name: 'spans lead to no logs',
    ...{ uid: STORE, check: 'logs-linked', isFile: true },
    jsonData: { tracesToLogsV2: undefined },
    says: /doctor-store has no tracesToLogsV2/,
  },
  {
    name: 'spans lead to logs in a datasource that is gone',
    ...{ uid: STORE, check: 'logs-linked' },
    jsonData: toLogs({ datasourceUid: GONE }),
    says: /not there: the uid no-such-datasource/,
  },
  {
    name: 'a tag is mapped to a label that Loki does not have',
    ...{ uid: STORE, check: 'logs-labels', of: LOKI },
    jsonData: toLogs({ tags: tags('service.name', NO_LABEL) }),
    says: /doctor-loki has no label svc_of_nobody \(for service.name\).*service_name/,
  },
  {
    name: 'spans do not lead to metrics',
    ...{ uid: STORE, check: 'traces-to-metrics-linked', of: null },
    jsonData: { tracesToMetrics: undefined },
    says: /Spans of doctor-store/,
  },
  {
    name: 'queries of spans ask for a label that no metric has',
    ...{ uid: STORE, check: 'traces-to-metrics-tags', of: PROMETHEUS },
    jsonData: toMetrics(NO_LABEL),
    says: /doctor-prometheus has no label svc_of_nobody/,
  },
];

test.describe('what is broken is found, and mended by what the doctor says', () => {
  test.beforeAll(addCopies);
  test.afterAll(removeCopies);

  test('the copies are green', async () => {
    const report = await runDoctor(STORE);
    const ofCopies = report.checks
      .filter(({ area }) => LINKS.includes(area))
      .flatMap(({ id, verdicts }) => verdicts.map((verdict) => ({ id, ...verdict })))
      .filter(({ subject }) => [STORE, PROMETHEUS, LOKI].includes(subject?.uid ?? ''));
    expect(ofCopies.length).toBeGreaterThan(15);
    expect(ofCopies.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
  });

  for (const { name, uid, jsonData = {}, check, of = uid, says, isFile } of SEEDED) {
    test(name, async () => {
      await changeJson(uid, jsonData);
      try {
        const { yaml } = (await expectFound(check, of, says)).remedy ?? {};
        expect(yaml).toBeDefined();
        await (isFile ? provision(yaml!) : putYaml(yaml!));
        await expectGreen(check, of);
      } finally {
        await (isFile ? addCopies() : resetCopy(uid));
      }
    });
  }

  for (const { name, port, why } of [
    { name: 'nothing listens at the store’s URL', port: () => 9, why: /Nothing answers at http:\/\/[\w.]+:9 \(502\)/ },
    {
      name: 'the store’s URL has the port for admins',
      port: (query: number) => query + 1,
      why: /is not the query port/,
    },
  ]) {
    test(name, async () => {
      const uid = `${STORE}-at-${port(0)}`;
      const wrong = (url: string) => {
        const { protocol, hostname, port: own } = new URL(url);
        return `${protocol}//${hostname}:${port(Number(own))}`;
      };
      await withCopy(uid, STORE, wrong, async (url) => {
        const { remedy } = await expectFound('store-reachable', uid, why, uid);
        // Only people know where the store is: what they put in is its own address.
        const yaml = remedy?.file?.text.replace(/^( +url: ).*$/m, `$1${url}`) ?? '';
        expect(parse(yaml)).toMatchObject({ datasources: [{ uid, url }] });
        await putYaml(yaml);
        await expectGreen('store-reachable', uid, uid);
      });
    });
  }

  test('a file of provisioning has a dollar sign where two are needed', async () => {
    const { url, jsonData, ...rest } = await settingsOf(LOKI);
    // As people write it at first: Grafana looks for a variable of that name, and finds none.
    const entry = { name: rest.name, uid: LOKI, type: rest.type, access: 'proxy', url, jsonData };
    try {
      await provision(stringify({ apiVersion: 1, datasources: [entry] }));
      const { remedy } = await expectFound('derived-fields', LOKI, /trace_id.*cannot work: .*write \$\$ for \$/);
      expect(remedy?.yaml).toContain('$${__value.raw}');
      await provision(remedy!.yaml!);
      expect((await settingsOf(LOKI)).jsonData).toMatchObject({ derivedFields: [{ url: '${__value.raw}' }, {}] });
      await expectGreen('derived-fields', LOKI);
    } finally {
      await addCopies();
    }
  });

  test('two links of one label lead to two stores', async () => {
    const [first] = destination({}).exemplarTraceIdDestinations;
    const both = [first, { ...first, datasourceUid: 'tempo-on-clew' }];
    await changeJson(PROMETHEUS, { exemplarTraceIdDestinations: both });
    try {
      const { remedy } = await expectFound(
        'conflicting-settings',
        PROMETHEUS,
        /one name, trace_id.*doctor-store, Tempo on Clew/
      );
      await putYaml(remedy?.yaml ?? '');
      await expectNothing('conflicting-settings', PROMETHEUS);
      await expectGreen('exemplars-linked', PROMETHEUS);
    } finally {
      await resetCopy(PROMETHEUS);
    }
  });

  test('the app is switched off', async () => {
    const path = '/api/plugins/clew-correlation-app/settings';
    expect((await grafanaApi(path, 'POST', { enabled: false, pinned: false })).status).toBe(200);
    try {
      const { remedy } = await expectFound('app-enabled', null, /switched off/);
      const { apps } = parse(remedy?.file?.text ?? '') as { apps: Array<{ type: string; disabled: boolean }> };
      expect(apps).toMatchObject([{ type: 'clew-correlation-app', disabled: false }]);
    } finally {
      // The provisioned file says what the remedy says.
      expect(await reload('plugins')).toBe(200);
    }
    await expectGreen('app-enabled', null);
  });

  test('a Prometheus without storage for exemplars', async () => {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'clew-doctor-prometheus-'));
    const url = `http://127.0.0.1:${port}`;
    const job = {
      job_name: 'shop',
      static_configs: [{ targets: [new URL(process.env.CLEW_E2E_SHOP_CONTROL_URL ?? '').host] }],
    };
    writeFileSync(
      join(folder, 'prometheus.yml'),
      stringify({ global: { scrape_interval: '1s', scrape_timeout: '1s' }, scrape_configs: [job] })
    );
    const start = (flags: readonly string[]) =>
      startServer(
        'prometheus',
        [
          ...[`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`],
          ...[`--web.listen-address=127.0.0.1:${port}`, '--log.level=error', ...flags],
        ],
        async () => (await fetch(`${url}/-/ready`)).ok
      );
    let prometheus: ChildProcess | undefined;
    try {
      prometheus = await start([]);
      const uid = `${PROMETHEUS}-bare`;
      await withCopy(
        uid,
        PROMETHEUS,
        () => url,
        async () => {
          const { remedy } = await expectFound('exemplar-storage', uid, /runs without exemplar storage/);
          const flag = /--enable-feature=\S*[a-z]/.exec(remedy?.steps?.join(' ') ?? '')?.[0];
          expect(flag).toBe('--enable-feature=exemplar-storage');
          await stopServer(prometheus);
          prometheus = await start([flag!]);
          await expectGreen('exemplar-storage', uid);
          await expectGreen('exemplars-there', uid);
        }
      );
    } finally {
      await stopServer(prometheus);
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('a Loki without structured metadata', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'clew-doctor-loki-'));
    const [port, grpcPort, [{ traceID }]] = await Promise.all([
      freePort(),
      freePort(),
      search('{ resource.service.name = "payment" }', 1),
    ]);
    const url = `http://127.0.0.1:${port}`;
    const start = (limits: object, line: string, metadata?: Record<string, string>) => {
      writeFileSync(join(folder, 'loki.yaml'), lokiConfig(folder, port, grpcPort, limits));
      return startServer('loki', [`-config.file=${join(folder, 'loki.yaml')}`], () => pushToLoki(url, line, metadata));
    };
    let loki: ChildProcess | undefined;
    try {
      loki = await start({ allow_structured_metadata: false }, `level=info msg="paid" traceId=${traceID}`);
      const uid = `${LOKI}-bare`;
      await withCopy(
        uid,
        LOKI,
        () => url,
        async () => {
          const { remedy } = await expectFound('log-metadata', uid, /allow_structured_metadata is false.*1 of 1 lines/);
          const found = await expectFound('derived-fields', uid, /matches 0 of 1 lines.*traceId= in the line/);
          await putYaml(found.remedy?.yaml ?? '');
          await expectGreen('derived-fields', uid);
          await expectGreen('log-traces-resolve', uid);
          await stopServer(loki);
          const { limits_config } = parse(remedy?.file?.text ?? '') as { limits_config: object };
          loki = await start(limits_config, 'paid', { trace_id: traceID });
          await expectGreen('log-metadata', uid);
        }
      );
    } finally {
      await stopServer(loki);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** The check says that something is wrong, and names it. */
async function expectFound(check: string, uid: string | null, says: RegExp, store = STORE): Promise<Verdict> {
  let found: Verdict | undefined;
  await expect(async () => {
    const verdicts = verdictsOf(await runDoctor(store), check, uid);
    found = verdicts.find(({ outcome }) => outcome === 'failed' || outcome === 'warning');
    expect(found?.sentence ?? '', JSON.stringify(verdicts)).toMatch(says);
  }).toPass(SETTLED);
  return found!;
}

async function expectGreen(check: string, uid: string | null, store = STORE): Promise<void> {
  await expect(async () => {
    const verdicts = verdictsOf(await runDoctor(store), check, uid);
    expect(verdicts.length, check).toBeGreaterThan(0);
    expect(verdicts.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
  }).toPass(SETTLED);
}

/** Of a check that speaks of a datasource only where something is wrong with it. */
async function expectNothing(check: string, uid: string): Promise<void> {
  expect(verdictsOf(await runDoctor(STORE), check, uid)).toEqual([]);
}
