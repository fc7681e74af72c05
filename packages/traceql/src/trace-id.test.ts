import { isTraceId, normalizeTraceId } from './trace-id.ts';

describe('trace ids', () => {
  it.each([
    ['0af7651916cd43dd8448eb211c80319c', '0af7651916cd43dd8448eb211c80319c'],
    ['0AF7651916CD43DD8448EB211C80319C', '0af7651916cd43dd8448eb211c80319c'],
    ['8448eb211c80319c', '00000000000000008448eb211c80319c'],
    ['1', '00000000000000000000000000000001'],
    ['  add \n', '00000000000000000000000000000add'],
  ])('%j', (text, id) => {
    expect(isTraceId(text)).toBe(true);
    expect(normalizeTraceId(text)).toBe(id);
  });

  it('are read from a UUID, which is no trace id by itself', () => {
    expect(isTraceId('0af76519-16cd-43dd-8448-eb211c80319c')).toBe(false);
    expect(normalizeTraceId('0AF76519-16cd-43dd-8448-eb211c80319c')).toBe('0af7651916cd43dd8448eb211c80319c');
  });

  it.each(['', ' ', 'xyz', '0x1f', '{}', '1-2', '0af7651916cd43dd8448eb211c80319c0', '0af7 6519', '-', 'a-b-c-d-e'])(
    '%j is none',
    (text) => {
      expect(isTraceId(text)).toBe(false);
      expect(normalizeTraceId(text)).toBeUndefined();
    }
  );
});
