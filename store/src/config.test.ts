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
