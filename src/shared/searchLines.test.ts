import { SearchLines } from './searchLines';
import { StoreError } from './storeError';

const onPartial = jest.fn();
beforeEach(() => onPartial.mockClear());

const line = (content: object) => `${JSON.stringify(content)}\n`;
const PARTIAL = { traces: [{ traceID: 'a' }], progress: { doneNs: 5, totalNs: 10 } };
const DONE = { traces: [{ traceID: 'a' }, { traceID: 'b' }], done: true };

test('lines that come in pieces, and several at once', () => {
  const lines = new SearchLines(onPartial);
  const text = line(PARTIAL) + line({ ...PARTIAL, progress: { doneNs: 7, totalNs: null } });
  lines.push(text.slice(0, 10));
  expect(onPartial).not.toHaveBeenCalled();
  lines.push(text.slice(10));
  expect(onPartial.mock.calls).toEqual([[PARTIAL.traces, { doneNs: 7, totalNs: null }]]);
  lines.push(line(DONE));
  expect(lines.result()).toEqual(DONE.traces);
  expect(onPartial).toHaveBeenCalledTimes(1);
});

test('a body that ends without its last line is one that broke off', () => {
  const lines = new SearchLines(onPartial);
  lines.push(line(PARTIAL) + JSON.stringify(DONE));
  expect(() => lines.result()).toThrow('broke off');
});

test.each([
  ['query_timeout', 'busy'],
  ['internal', 'failed'],
  ['query_regex', 'query'],
])('an error after the first results: %s', (code, kind) => {
  const lines = new SearchLines(onPartial);
  lines.push(line(PARTIAL) + line({ error: { code, message: 'no' } }));
  const thrown = (() => {
    try {
      return lines.result();
    } catch (error) {
      return error;
    }
  })();
  expect(thrown).toBeInstanceOf(StoreError);
  expect(thrown).toMatchObject({ kind, message: 'no', details: { code } });
});
