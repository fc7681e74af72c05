import { idLabel, readExemplarId } from './exemplar-id.ts';

const ID = '4bf92f3577b34da6a3ce929d0e0e4736';

it.each([
  ['as the W3C has it', ID],
  ['in capitals', ID.toUpperCase()],
  ['as a UUID', '4bf92f35-77b3-4da6-a3ce-929d0e0e4736'],
  ['with 0x, and spaces around', ` 0x${ID} `],
])('reads an id %s', (_how, text) => {
  expect(readExemplarId(text)).toEqual({ traceId: ID });
});

it('pads ids of 64 bits, and those without their leading zeros', () => {
  expect(readExemplarId('a3ce929d0e0e4736')).toEqual({ traceId: '0000000000000000a3ce929d0e0e4736' });
  expect(readExemplarId('f')).toEqual({ traceId: `${'0'.repeat(31)}f` });
});

it.each([
  ['', 'empty'],
  [' ', 'empty'],
  ['order-77', '"order-77" is no hexadecimal number'],
  [`${ID}0`, '33 digits'],
  ['0'.repeat(32), 'all zeros'],
  ['S/kvNXezTaajzpKdDg5HNg==', 'base64'],
  ['o86SnQ4ORzY=', 'base64'],
  ['1234567890123456789', 'decimal'],
  ['x'.repeat(300), `"${'x'.repeat(80)}…"`],
])('says why "%s" is none', (text, why) => {
  expect(readExemplarId(text)).toEqual({ problem: expect.stringContaining(why) });
});

it('takes the first label that is there, in the order of the option', () => {
  const names = ['trace_id', 'traceID'];
  expect(idLabel({ traceID: 'b', trace_id: 'a' }, names)).toEqual({ label: 'trace_id', id: 'a' });
  expect(idLabel({ traceID: 'b' }, names)).toEqual({ label: 'traceID', id: 'b' });
  expect(idLabel({ span_id: 'b' }, names)).toBeUndefined();
  expect(idLabel({}, ['toString'])).toBeUndefined();
});
