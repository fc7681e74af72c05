import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';

const read = (path: string) => JSON.parse(readFileSync(resolve(path), 'utf8')) as { id: string; type: string };

describe('plugin.json', () => {
  it('at the top is a link to the one that tools read', () => {
    expect(lstatSync(resolve('plugin.json')).isSymbolicLink()).toBe(true);
    expect(realpathSync(resolve('plugin.json'))).toBe(realpathSync(resolve('src/plugin.json')));
  });

  it('has an id that is no part of a nested one’s: Grafana looks them up by substring', () => {
    const ids = ['src/plugin.json', 'src/datasource/plugin.json'].map((path) => read(path).id);
    for (const id of ids) {
      expect(ids.filter((other) => other !== id && other.includes(id))).toEqual([]);
    }
  });
});
