import { protocolOf } from './first-bytes.ts';

const of = (text: string) => protocolOf(Buffer.from(text, 'latin1'));

test.each(['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'PRI * HTTP/2.0', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x12\x04'])(
  '%j is HTTP/2',
  (text) => expect(of(text)).toBe('http2')
);

test.each([
  'GET / HTTP/1.1\r\n',
  'P0',
  'POST /',
  'PUT',
  'PRI * HTTP/1.1',
  'PRI /',
  '\x16\x03\x01',
  ' ',
  'pri * http/2.0',
])('%j is left to HTTP/1', (text) => expect(of(text)).toBe('http1'));

test.each(['', 'P', 'PRI', 'PRI * HTTP/2.'])('%j may become either', (text) => expect(of(text)).toBeUndefined());
