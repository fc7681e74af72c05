import { parseDoctorArgs } from './args.ts';

const parse = (args: string, env: NodeJS.ProcessEnv = {}) => parseDoctorArgs(args.split(' ').filter(Boolean), env);

test('the least that is needed', () => {
  expect(parse('--grafana http://localhost:3000/')).toEqual({
    grafana: 'http://localhost:3000',
    authorization: undefined,
    storeUid: undefined,
    lookBackMs: 3_600_000,
    asJson: false,
    yamlFolder: undefined,
    apply: false,
  });
});

test('all there is', () => {
  expect(parse('--grafana https://a/grafana --token t --store s --since 2d --json --yaml out --apply')).toEqual({
    grafana: 'https://a/grafana',
    authorization: 'Bearer t',
    storeUid: 's',
    lookBackMs: 172_800_000,
    asJson: true,
    yamlFolder: 'out',
    apply: true,
  });
});

test('credentials from where they are given', () => {
  const env = { GRAFANA_URL: 'http://a', GRAFANA_TOKEN: 'from-env' };
  expect(parse('', env)).toMatchObject({ grafana: 'http://a', authorization: 'Bearer from-env' });
  expect(parse('--token x', env)).toMatchObject({ authorization: 'Bearer x' });
  expect(parse('--user admin:a:b', env)).toMatchObject({ authorization: `Basic ${btoa('admin:a:b')}` });
  expect(parse('--help')).toBe('help');
});

test.each([
  ['', /--grafana is missing/],
  ['--grafana localhost:3000', /--grafana localhost:3000 is no address.*http/],
  ['--grafana http://a:b@c', /--user/],
  ['--grafana http://a/?orgId=1', /without \? and #/],
  ['--grafana http://a --since 1w', /--since 1w.*30d/],
  ['--grafana http://a --since 5s', /from 1m/],
  ['--grafana http://a --user admin', /--user is no name and password/],
  ['--grafana http://a --token x --user a:b', /give one of them/],
  ['--grafana http://a --store=', /--store is empty/],
  ['--grafana http://a --token=é', /--token has/],
  ['--grafana http://a --frobnicate', /--frobnicate.*--help/],
  ['--grafana http://a stray', /stray.*--help/],
])('%s is refused, with what to give', (args, message) => {
  expect(() => parse(args)).toThrow(message);
});
