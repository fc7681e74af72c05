import { datasource, run, store } from '../testing/recorded-answers.ts';
import { conflictingSettings } from './conflicting-settings.ts';

const found = async (...datasources: Array<ReturnType<typeof datasource>>) =>
  (await run([conflictingSettings], datasources, {}))['conflicting-settings'].verdicts;

const exemplars = (...exemplarTraceIdDestinations: object[]) =>
  datasource('p', 'prometheus', { jsonData: { exemplarTraceIdDestinations } });

const LINK = { name: 'trace_id', datasourceUid: 'clew' };

test('into Explore and to the app, under labels of their own, is no conflict', async () => {
  const app = { name: 'trace_id', url: '/a/clew-correlation-app/trace/${__value.raw}' };
  expect(await found(store, exemplars(LINK, app))).toMatchObject([{ outcome: 'ok' }]);
});

test('two datasources on one store', async () => {
  const twin = { ...store, uid: 'clew-2', name: 'Clew 2', url: 'http://clew:3200/' };
  expect(await found(store, twin)).toMatchObject([
    { outcome: 'warning', sentence: expect.stringContaining('same store') },
  ]);
});

test('names that differ in case alone', async () => {
  const verdicts = await found(datasource('a', 'loki', { name: 'Loki' }), datasource('b', 'loki', { name: 'loki' }));
  expect(verdicts).toMatchObject([{ outcome: 'warning', sentence: expect.stringContaining('(uid a)') }]);
});

test('the same link twice is kept once', async () => {
  const verdicts = await found(store, exemplars(LINK, { name: 'other', datasourceUid: 'x' }, { ...LINK }));
  expect(verdicts).toMatchObject([{ outcome: 'warning' }]);
  expect(verdicts[0].remedy?.change?.jsonData).toEqual({
    exemplarTraceIdDestinations: [LINK, { name: 'other', datasourceUid: 'x' }],
  });
});

test('one name for two places: a question, and a failure where one is not there', async () => {
  const tempo = datasource('tempo', 'tempo', { name: 'Tempo' });
  const two = await found(store, tempo, exemplars(LINK, { ...LINK, datasourceUid: 'tempo' }));
  expect(two).toMatchObject([{ outcome: 'warning', sentence: expect.stringContaining('Clew, Tempo') }]);
  const gone = await found(store, exemplars(LINK, { ...LINK, datasourceUid: 'old' }));
  expect(gone).toMatchObject([{ outcome: 'failed', sentence: expect.stringContaining('uid old') }]);
  const told = await found(
    store,
    tempo,
    exemplars(LINK, { ...LINK, datasourceUid: 'tempo', urlDisplayLabel: 'Tempo' })
  );
  expect(told).toMatchObject([{ outcome: 'ok' }]);
});

test('tracesToLogs of old', async () => {
  const jsonData = { tracesToLogs: { datasourceUid: 'a' }, tracesToLogsV2: { datasourceUid: 'b' } };
  const verdicts = await found({ ...store, jsonData });
  expect(verdicts).toMatchObject([{ outcome: 'warning', sentence: expect.stringContaining('different datasources') }]);
  expect(await found({ ...store, jsonData: { ...jsonData, tracesToLogs: {} } })).toMatchObject([{ outcome: 'ok' }]);
});
