import { type PinJson } from '../../shared/storePageTypes';
import { budgetShare, budgetText, keptText, kindText, pinText, tellingPin } from './pinTexts';

const MIB = 1024 ** 2;
const byHand: PinJson = { kind: 'hand', source: '', note: 'look at the retries', by: 'admin', pinnedMs: 0 };
const byExemplar: PinJson = { kind: 'exemplar', source: 'http_seconds', note: '', by: '', pinnedMs: 60_000 };

test('the room used and the room there is are in one unit', () => {
  expect(budgetText({ bytes: 120 * MIB, maxBytes: 1024 * MIB })).toBe('120 of 1,024 MiB');
  expect(budgetText({ bytes: 1.25 * MIB, maxBytes: 1024 * MIB })).toBe('1.3 of 1,024 MiB');
  expect(budgetText({ bytes: 900, maxBytes: 1024 * MIB })).toBe('< 0.1 of 1,024 MiB');
  expect(budgetText({ bytes: 0, maxBytes: 0 })).toBe('0 of 0 MiB');
  expect(budgetShare({ bytes: 512 * MIB, maxBytes: 1024 * MIB })).toBe(0.5);
  expect(budgetShare({ bytes: 5, maxBytes: 0 })).toBe(0);
  expect(budgetShare({ bytes: 5, maxBytes: 4 })).toBe(1);
});

test('what is kept, in words', () => {
  const kept = { traces: 40, spans: 1200, bytes: 1, maxBytes: 2, days: 1, oldestDay: '2026-11-01' };
  expect(keptText(kept)).toBe('40 traces of 1 day, 1,200 spans, the oldest of 2026-11-01.');
  expect(keptText({ ...kept, traces: 0, oldestDay: null })).toBe('Retention has not had to keep any trace yet.');
});

test('why a trace is kept', () => {
  expect(kindText(byExemplar)).toBe('exemplar of http_seconds');
  expect(kindText({ kind: 'span_metrics', source: '' })).toBe('span metrics');
  expect(pinText(byHand, 180_000)).toBe('By hand, by admin, 3 min ago: "look at the retries"');
  expect(pinText(byExemplar, 60_000)).toBe('Exemplar of http_seconds, now');
});

test("a person's reason says more than an exemplar's", () => {
  expect(tellingPin({ pins: [byExemplar, byHand] })).toBe(byHand);
  expect(tellingPin({ pins: [byExemplar] })).toBe(byExemplar);
  expect(tellingPin({ pins: [] })).toBeUndefined();
});
