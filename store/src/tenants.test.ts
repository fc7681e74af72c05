import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ConfigError, OPTIONS, readConfig } from './config.ts';
import { NoTenant, Tenants } from './tenants.ts';

/** The options that the limits override. */
const RANGES = {
  spansPerSecond: OPTIONS.maxSpansPerSecond,
  bytesPerSecond: OPTIONS.maxBytesPerSecond,
  spanBytes: OPTIONS.maxSpanBytes,
  attributeBytes: OPTIONS.maxAttributeBytes,
  retentionDays: OPTIONS.retentionDays,
  retentionBytes: OPTIONS.retentionBytes,
};

describe('Tenants', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'clew-tenants-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function fromFile(content: string): Tenants {
    const path = join(folder, 'tenants.json');
    writeFileSync(path, content);
    const { config } = readConfig({
      CLEW_MULTI_TENANT: 'true',
      CLEW_TENANTS_FILE: path,
      CLEW_MAX_SPANS_PER_SECOND: '100',
    });
    return Tenants.fromConfig(config);
  }

  it('are one, whatever the header says, unless there may be several', () => {
    expect(Tenants.single().fromHeader('team-a')).toBe('');
    expect(Tenants.single().fromHeader(undefined)).toBe('');
    expect(Tenants.single().limitsOf('')).toEqual(Object.fromEntries(Object.keys(RANGES).map((name) => [name, 0])));
  });

  it('are told apart by the header', () => {
    const tenants = fromFile('{}');
    expect(tenants.fromHeader("team-a_1.(x)!*'")).toBe("team-a_1.(x)!*'");
    for (const wrong of [undefined, '', 'a|b', 'a/b', 'a b', '..', 'x'.repeat(151), 'ä']) {
      expect(() => tenants.fromHeader(wrong)).toThrow(NoTenant);
    }
  });

  it('have the limits of the options but for what the file sets', () => {
    const tenants = fromFile('{"team-a": {"spansPerSecond": 5, "retentionDays": 3}}');
    expect(tenants.limitsOf('team-a')).toMatchObject({ spansPerSecond: 5, retentionDays: 3, retentionBytes: 0 });
    expect(tenants.limitsOf('team-b')).toMatchObject({ spansPerSecond: 100, retentionDays: 14 });
  });

  it('may have limits as large as the options', () => {
    const largest = Object.fromEntries(Object.entries(RANGES).map(([name, { max }]) => [name, max]));
    expect(fromFile(JSON.stringify({ 'team-a': largest })).limitsOf('team-a')).toEqual(largest);
  });

  it.each<[content: string, message: RegExp]>([
    ['{', /JSON/],
    ['[]', /give an object of tenants/],
    ['{"a b": {}}', /"a b" is not a tenant id/],
    ['{"a": 5}', /"a": give an object of limits/],
    ['{"a": {"spans": 5}}', /there is no limit "spans"; there are spansPerSecond,/],
    ['{"a": {"spansPerSecond": "5"}}', /"a".spansPerSecond: give a whole number from 0 to/],
    ['{"a": {"toString": 5}}', /there is no limit "toString"/],
    ['{"a": {"retentionDays": -1}}', /"a".retentionDays: give a whole number/],
    ...Object.entries(RANGES).map(([name, { max }]): [string, RegExp] => [
      `{"a": {"${name}": ${max + 1}}}`,
      new RegExp(`"a".${name}: .* from 0 to ${max}$`),
    ]),
  ])('do not start from %s', (content, message) => {
    expect(() => fromFile(content)).toThrow(ConfigError);
    expect(() => fromFile(content)).toThrow(message);
  });

  it('do not start without the file', () => {
    const { config } = readConfig({ CLEW_TENANTS_FILE: join(folder, 'none.json') });
    expect(() => Tenants.fromConfig(config)).toThrow(/CLEW_TENANTS_FILE=.*ENOENT/);
  });
});
