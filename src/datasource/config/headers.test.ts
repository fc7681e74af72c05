import {
  TENANT_HEADER,
  TOKEN_HEADER,
  isHeaderStored,
  resetHeader,
  setHeader,
  typedHeader,
  type Settings,
} from './headers';

const settings = (changes: Partial<Settings>): Settings =>
  ({ jsonData: {}, secureJsonFields: {}, secureJsonData: {}, ...changes }) as Settings;

test('each header takes the first free number', () => {
  const both = setHeader(setHeader(settings({}), TOKEN_HEADER, 'Bearer a'), TENANT_HEADER, 'team');
  expect(both.jsonData).toEqual({ httpHeaderName1: 'Authorization', httpHeaderName2: 'X-Scope-OrgID' });
  expect(both.secureJsonData).toEqual({ httpHeaderValue1: 'Bearer a', httpHeaderValue2: 'team' });
  expect(typedHeader(both, TENANT_HEADER)).toBe('team');
});

test('headers that provisioning numbered otherwise, and others, are left alone', () => {
  const provisioned = settings({
    jsonData: { httpHeaderName1: 'x-scope-orgid', httpHeaderName2: 'X-Other' },
    secureJsonFields: { httpHeaderValue1: true, httpHeaderValue2: true },
  });
  expect(isHeaderStored(provisioned, TENANT_HEADER)).toBe(true);
  expect(isHeaderStored(provisioned, TOKEN_HEADER)).toBe(false);
  const withToken = setHeader(provisioned, TOKEN_HEADER, 'Bearer a');
  expect(withToken.jsonData).toEqual({
    httpHeaderName1: 'x-scope-orgid',
    httpHeaderName2: 'X-Other',
    httpHeaderName3: 'Authorization',
  });
});

test('a cleared header keeps its name: Grafana stops reading at the first gap', () => {
  const stored = settings({
    jsonData: { httpHeaderName1: 'Authorization', httpHeaderName2: 'X-Scope-OrgID' },
    secureJsonFields: { httpHeaderValue1: true, httpHeaderValue2: true },
  });
  const cleared = resetHeader(stored, TOKEN_HEADER);
  expect(cleared.jsonData).toEqual(stored.jsonData);
  expect(cleared.secureJsonData).toEqual({ httpHeaderValue1: '' });
  expect(isHeaderStored(cleared, TOKEN_HEADER)).toBe(false);
  expect(isHeaderStored(cleared, TENANT_HEADER)).toBe(true);
});
