import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DRILLDOWN_ID, findDrilldown } from './drilldown.ts';

describe('findDrilldown', () => {
  const folder = mkdtempSync(join(tmpdir(), 'clew-drilldown-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('finds the app in GF_PLUGIN_DIR when its plugin.json is there', () => {
    expect(findDrilldown({ GF_PLUGIN_DIR: folder })).toBeUndefined();
    const app = join(folder, DRILLDOWN_ID);
    mkdirSync(app);
    expect(findDrilldown({ GF_PLUGIN_DIR: folder })).toBeUndefined();
    writeFileSync(join(app, 'plugin.json'), '{}');
    expect(findDrilldown({ GF_PLUGIN_DIR: folder })).toBe(app);
  });
});
