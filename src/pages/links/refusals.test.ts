import { StoreError, storeErrorFromResponse } from '../../shared/storeError';
import { isTooOld, refusalText } from './refusals';

const place = { datasourceName: 'Clew' };

test('a viewer is told who may keep traces', () => {
  const data = { message: 'plugin proxy route access denied' };
  const error = storeErrorFromResponse({ status: 403, statusText: 'Forbidden', data });
  expect(refusalText({ error, place })).toBe(
    'Only editors and admins may keep traces. Grafana refused the request (403).'
  );
});

test('a trace that is gone, and any other trouble', () => {
  const gone = new StoreError('trace-not-found', 'There is no trace 1.', { status: 404 });
  expect(refusalText({ error: gone, place })).toContain('nothing to keep');
  const busy = new StoreError('busy', 'The engine is busy.', { status: 503 });
  expect(refusalText({ error: busy, place })).toBe('The trace store failed (503): The engine is busy.');
});

test('an older store says so itself; what is no store at all is another trouble', () => {
  const unknown = { error: { code: 'route_not_found', message: 'There is no GET /clew/v1/pins.' } };
  expect(isTooOld(storeErrorFromResponse({ status: 404, statusText: 'Not Found', data: unknown }))).toBe(true);
  expect(isTooOld(storeErrorFromResponse({ status: 404, statusText: 'Not Found', data: '404 page' }))).toBe(false);
});
