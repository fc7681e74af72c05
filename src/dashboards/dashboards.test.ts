import { parse } from '@clew/traceql';
import pluginJson from '../plugin.json';
import { DASHBOARD_TAG } from '../shared/appAddress';
import overview from './service-overview.json';
import health from './store-health.json';

const DASHBOARDS = [overview, health];

test('plugin.json names them, for viewers too', () => {
  const included = pluginJson.includes.filter(({ type }) => type === 'dashboard');
  expect(included.map(({ name, role }) => [name, role])).toEqual(DASHBOARDS.map(({ title }) => [title, 'Viewer']));
});

test('the start page finds them, and Grafana tells a new revision from an old one', () => {
  for (const { tags, uid, revision } of DASHBOARDS) {
    expect(tags).toContain(DASHBOARD_TAG);
    expect(uid).toMatch(/^clew-/);
    expect(revision).toBeGreaterThanOrEqual(1);
  }
});

test('they name no datasource of some stack, only their variable', () => {
  for (const dashboard of DASHBOARDS) {
    const uids = JSON.stringify(dashboard).match(/"uid":"[^"]*"/g) ?? [];
    expect(new Set(uids)).toEqual(new Set([`"uid":"${dashboard.uid}"`, '"uid":"${ds}"']));
    expect(dashboard.templating.list[0]).toMatchObject({ name: 'ds', type: 'datasource' });
  }
});

test('panels have ids of their own, a description, and stand beside each other', () => {
  for (const { panels } of DASHBOARDS) {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const taken = new Set<string>();
    for (const { type, gridPos, ...panel } of panels) {
      expect(type === 'row' || ('description' in panel && panel.description)).toBeTruthy();
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
          expect(x).toBeLessThan(24);
          expect(taken.has(`${x},${y}`)).toBe(false);
          taken.add(`${x},${y}`);
        }
      }
    }
  }
});

test('queries of the overview are TraceQL, whatever the service', () => {
  for (const { targets } of overview.panels) {
    for (const { query } of targets) {
      expect(() => parse(query.replaceAll('$service', '(a|b\\\\.c)'))).not.toThrow();
    }
  }
});
