import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { APP_URL, ROUTES } from './shared/appAddress';
import datasourceJson from './datasource/plugin.json';
import appJson from './plugin.json';
import { APP_ID, DATASOURCE_TYPE } from './shared/pluginIds';

const root = join(__dirname, '..');

test('the plugin.json at the top is the one in src', () => {
  expect(realpathSync(join(root, 'plugin.json'))).toBe(join(realpathSync(__dirname), 'plugin.json'));
  expect(JSON.parse(readFileSync(join(root, 'plugin.json'), 'utf8'))).toEqual(appJson);
});

test('the ids in the code are the ones of the plugins, and none is part of another', () => {
  expect(appJson.id).toBe(APP_ID);
  expect(datasourceJson.id).toBe(DATASOURCE_TYPE);
  // Grafana's cache of plugin infos matches by substring.
  expect(APP_ID.includes(DATASOURCE_TYPE) || DATASOURCE_TYPE.includes(APP_ID)).toBe(false);
});

test('the page in the navigation exists', () => {
  expect(appJson.includes[0]).toMatchObject({ path: `${APP_URL}/${ROUTES.start}`, role: 'Viewer', defaultNav: true });
});

test('the proxy lets users read, Editors pin traces, and nobody else write', () => {
  const { routes } = datasourceJson;
  const fallback = routes[routes.length - 1];
  expect(fallback).toEqual({ path: '', reqRole: 'Admin' });
  const writing = routes.filter(({ method }) => method !== undefined && method !== 'GET');
  expect(writing).toEqual(['PUT', 'DELETE'].map((method) => ({ path: 'clew/v1/traces', method, reqRole: 'Editor' })));
  for (const route of routes.slice(0, -1).filter((one) => !writing.includes(one))) {
    expect(route).toEqual({ path: expect.stringMatching(/^(api|clew)\//), method: 'GET' });
  }
});
