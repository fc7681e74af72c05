import { countTrace, verify, type FoundTrace } from './verify.ts';

const resourceSpans = (service: string, spans: number): object => ({
  resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
  scopeSpans: [{ spans: Array.from({ length: spans }, (_, i) => ({ spanId: String(i) })) }],
});

describe('countTrace', () => {
  it('counts spans over all resources and scopes, and lists the services', () => {
    const trace = { resourceSpans: [resourceSpans('cart', 2), resourceSpans('bank', 3)] };
    expect(countTrace(trace)).toEqual({ spans: 5, services: ['cart', 'bank'] });
  });

  it('finds nothing in an answer of another shape', () => {
    expect(countTrace({ resourceSpans: 'none' })).toEqual({ spans: 0, services: [] });
  });
});

describe('verify', () => {
  const sent = new Map([
    ['a', 3],
    ['b', 2],
  ]);

  it('is content when every trace is there with all its spans', async () => {
    const store: Record<string, FoundTrace> = {
      a: { spans: 3, services: ['cart'] },
      b: { spans: 2, services: ['bank'] },
    };
    expect(await verify(sent, async (id) => store[id], 0)).toEqual({
      traces: { sent: 2, found: 2 },
      spans: { sent: 5, found: 5 },
      services: ['bank', 'cart'],
      ok: true,
      differences: [],
    });
  });

  it('asks again for what is not there yet', async () => {
    let asked = 0;
    const late = async (id: string): Promise<FoundTrace | undefined> =>
      ++asked > 2 ? { spans: sent.get(id) ?? 0, services: [] } : undefined;
    expect((await verify(sent, late, 5000)).ok).toBe(true);
  });

  it.each([
    ['too few', 2],
    ['too many', 4],
  ])('tells of %s spans', async (_, spans) => {
    const found = await verify(sent, async (id) => ({ spans: id === 'a' ? spans : 2, services: [] }), 0);
    expect(found.ok).toBe(false);
    expect(found.differences).toEqual([`trace a: 3 spans sent, ${spans} found`]);
  });

  it('does not call an empty run a success', async () => {
    expect((await verify(new Map(), async () => undefined, 0)).ok).toBe(false);
  });

  it('gives up with the reason when the store does not answer', async () => {
    const dead = async (): Promise<never> => {
      throw new Error('connection refused');
    };
    await expect(verify(sent, dead, -1)).rejects.toThrow('connection refused');
  });
});
