import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { lokiConfig } from './loki-config.ts';
import { parseDemoArgs } from './args.ts';
import { grafanaEnv, provisioningEnv } from './grafana-env.ts';

const ROOT = resolve(__dirname, '..', '..', '..');
const PROVISIONING = join(ROOT, 'provisioning');

function read(...path: string[]): string {
  return readFileSync(join(ROOT, ...path), 'utf8');
}

/** Names of the variables that Grafana would expand in the provisioning files. */
function variables(): string[] {
  const names = new Set<string>();
  for (const folder of ['datasources', 'plugins', 'dashboards']) {
    for (const file of readdirSync(join(PROVISIONING, folder)).filter((name) => name.endsWith('.yaml'))) {
      const text = read('provisioning', folder, file)
        .replace(/^\s*#.*$/gm, '')
        .replaceAll('$$', '');
      for (const [, name] of text.matchAll(/\$\{?(\w+)\}?/g)) {
        names.add(name);
      }
    }
  }
  return [...names].sort();
}

describe('provisioning', () => {
  const { ports } = parseDemoArgs([]);

  it('uses exactly the variables that the demo sets, and Docker too', () => {
    expect(variables()).toEqual(Object.keys(provisioningEnv(ports, PROVISIONING)).sort());
    const compose = parse(read('docker-compose.yaml'));
    expect(Object.keys(compose.services.grafana.environment)).toEqual(expect.arrayContaining(variables()));
    for (const name of variables()) {
      expect(read('provisioning', 'README.md')).toContain(`\`${name}\``);
    }
  });

  it('allows the same unsigned plugins in Docker as in the demo', () => {
    const ids = grafanaEnv('/run', PROVISIONING, ports).GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS;
    expect(read('deploy', 'grafana.Dockerfile')).toContain(ids);
    expect(read('provisioning', 'README.md')).toContain(ids);
  });

  it('refers to datasources by uids that it defines', () => {
    const { datasources } = parse(read('provisioning', 'datasources', 'clew.yaml'));
    const uids: string[] = datasources.map((datasource: { uid: string }) => datasource.uid);
    const used = [
      ...read('provisioning', 'datasources', 'clew.yaml').matchAll(/datasourceUid: (\S+)/g),
      ...read('provisioning', 'dashboards', 'shop.json').matchAll(/"type": "[\w-]+",\s+"uid": "([\w-]+)"/g),
    ].map(([, uid]) => uid);
    expect(used.length).toBeGreaterThan(10);
    expect(uids).toEqual(expect.arrayContaining([...new Set(used)]));
  });

  it('runs Loki with the same limits in Docker as in the demo', () => {
    const demo = parse(lokiConfig('/run', 3100, 9096));
    const docker = parse(read('deploy', 'loki.yaml'));
    for (const section of ['schema_config', 'limits_config', 'ingester', 'pattern_ingester', 'analytics']) {
      expect(docker[section]).toEqual(demo[section]);
    }
  });
});
