import { STATUS, datasource, serveStore, store } from '../testing/storeDouble';

serveStore();

describe('the connection test', () => {
  const message = async () => datasource().testDatasource();

  test('says what is there', async () => {
    expect(await message()).toEqual({
      status: 'success',
      message: 'Connected to Clew store 0.1.0: 12,345 spans, 2 services in the last 24 hours.',
    });
  });

  test('says how to fill an empty store', async () => {
    store.answers['/clew/v1/status'] = [200, { ...STATUS, spansStored: 0 }];
    expect((await message()).message).toContain(
      'send OTLP to localhost:4317 (gRPC) or http://localhost:4318/v1/traces'
    );
  });

  test('warns of a store of another version, and of one that is starting', async () => {
    store.answers['/clew/v1/status'] = [200, { ...STATUS, version: '0.2.0' }];
    expect(await message()).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('the plugin is 0.1.3'),
    });
    store.answers['/clew/v1/status'] = [200, { ...STATUS, ready: false }];
    expect(await message()).toMatchObject({ status: 'warning', message: expect.stringContaining('is starting') });
  });

  test.each([
    [502, '', 'http://store:3200 cannot be reached'],
    [504, '', 'did not answer in time'],
    [400, { message: 'Authentication to data source failed' }, 'refuses the token'],
    [403, { message: 'access denied' }, 'Grafana refuses the request'],
    [404, 'not found', 'it is not the query port of a Clew store (404)'],
    [200, 'hello', 'it is not the query port of a Clew store'],
    [503, { error: { code: 'engine_unavailable', message: 'The engine cannot be reached.' } }, 'The engine cannot be'],
  ])('says what is wrong where the answer is %d %j', async (status, body, expected) => {
    store.answers['/clew/v1/status'] = [status, body];
    expect(await message()).toMatchObject({ status: 'error', message: expect.stringContaining(expected) });
  });
});
