import { readConfig } from '../config.ts';
import { readRemoteWriteTarget } from './target.ts';

const URL_ONLY = { CLEW_REMOTE_WRITE_URL: 'http://prometheus:9090/api/v1/write' };
const read = (env: Record<string, string>) => readRemoteWriteTarget(readConfig(env).config);

describe('readRemoteWriteTarget', () => {
  it('has none where there is no URL', () => {
    expect(read({ CLEW_REMOTE_WRITE_TOKEN: 'secret', CLEW_SPAN_METRICS: 'off' })).toBeUndefined();
  });

  it.each([
    [{}, {}],
    [{ CLEW_REMOTE_WRITE_TOKEN: 'secret' }, { authorization: 'Bearer secret' }],
    [
      { CLEW_REMOTE_WRITE_URL: 'http://us%40r:p%3Ass@prometheus:9090/api/v1/write' },
      { authorization: `Basic ${Buffer.from('us@r:p:ss').toString('base64')}` },
    ],
    [
      { CLEW_REMOTE_WRITE_HEADERS: ' X-Scope-OrgID=team-a , X-Note=a%2Cb=c,' },
      { 'x-scope-orgid': 'team-a', 'x-note': 'a,b=c' },
    ],
  ])('reads %j', (env, headers) => {
    expect(read({ ...URL_ONLY, ...env })).toEqual({
      url: 'http://prometheus:9090/api/v1/write',
      headers,
      intervalMs: 15_000,
    });
  });

  it.each([
    [{ CLEW_REMOTE_WRITE_URL: 'prometheus:9090' }, /CLEW_REMOTE_WRITE_URL: give the whole address/],
    [{ CLEW_REMOTE_WRITE_URL: 'http://' }, /CLEW_REMOTE_WRITE_URL: give the whole address/],
    [{ CLEW_SPAN_METRICS: 'off' }, /nothing to send while CLEW_SPAN_METRICS is off/],
    [{ CLEW_REMOTE_WRITE_URL: 'http://a:b@c/', CLEW_REMOTE_WRITE_TOKEN: 't' }, /CLEW_REMOTE_WRITE_TOKEN: leave it out/],
    [{ CLEW_REMOTE_WRITE_HEADERS: 'X-Scope-OrgID' }, /CLEW_REMOTE_WRITE_HEADERS: "X-Scope-OrgID" is no name=value/],
    [{ CLEW_REMOTE_WRITE_HEADERS: 'X Scope=a' }, /CLEW_REMOTE_WRITE_HEADERS: .*X Scope/i],
    [{ CLEW_REMOTE_WRITE_HEADERS: 'X=%' }, /CLEW_REMOTE_WRITE_HEADERS: .*%2C/],
    [{ CLEW_REMOTE_WRITE_URL: 'http://us%@c/' }, /CLEW_REMOTE_WRITE_URL: .*percent/],
  ])('refuses %j, and says what to do', (env, message) => {
    expect(() => read({ ...URL_ONLY, ...env })).toThrow(message);
  });
});
