import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { OPTIONS, readConfig } from './config.ts';

describe('readConfig', () => {
  it('has the default of every option when nothing is set, and treats an empty value as not set', () => {
    const { config, warnings } = readConfig({ CLEW_QUERY_PORT: '' });
    expect(config).toEqual(Object.fromEntries(Object.entries(OPTIONS).map(([name, { fallback }]) => [name, fallback])));
    expect(warnings).toEqual([]);
  });

  it('names every wrong value, its range, and takes none of it', () => {
    expect(() => readConfig({ CLEW_QUERY_PORT: '99999', CLEW_BATCH_MS: 'soon', CLEW_READERS: '1.5' })).toThrow(
      /CLEW_QUERY_PORT=99999: give a whole number from 0 to 65535[^]*CLEW_BATCH_MS=soon[^]*CLEW_READERS=1.5/
    );
  });

  it('warns about a name that looks like an option', () => {
    const { warnings } = readConfig({ CLEW_QUERY_PROT: '1' });
    expect(warnings).toEqual(['CLEW_QUERY_PROT is not an option of the store. Did you mean CLEW_QUERY_PORT?']);
  });

  it('has no two options with one variable', () => {
    const names = Object.values(OPTIONS).map(({ env }) => env);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('docs/store.md', () => {
  const page = readFileSync(resolve('docs/store.md'), 'utf8');

  it.each(Object.values(OPTIONS))('has the row of $env as it is in the code', ({ env, fallback, doc }) => {
    const shown = fallback === '' ? '' : `\`${fallback}\``;
    expect(page).toContain(`| \`${env}\` | ${shown} | ${doc} |`);
  });

  it('names no option that does not exist', () => {
    const known = new Set<string>(Object.values(OPTIONS).map(({ env }) => env));
    expect([...page.matchAll(/CLEW_[A-Z_]+/g)].map(([name]) => name).filter((name) => !known.has(name))).toEqual([]);
  });
});
