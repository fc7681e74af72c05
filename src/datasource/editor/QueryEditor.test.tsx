import React, { useState } from 'react';
import { CoreApp, type DataSourceInstanceSettings } from '@grafana/data';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { testIds } from '../../shared/testIds';
import { ClewDatasource } from '../datasource';
import { type ClewJsonData, type ClewQuery } from '../types';
import { QueryEditor } from './QueryEditor';

// jsdom cannot run Monaco. It never gets ready here, as where it cannot be loaded: the plain field stays.
jest.mock('@grafana/ui', () => ({ ...jest.requireActual<object>('@grafana/ui'), ReactMonacoEditor: () => null }));

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

// The pickers measure text to find their width; jsdom has no canvas.
beforeAll(() => {
  HTMLCanvasElement.prototype.getContext = (() => ({
    measureText: () => ({ width: 10 }),
  })) as unknown as HTMLCanvasElement['getContext'];
});

function datasource(): ClewDatasource {
  const settings = {
    uid: 'clew',
    name: 'Clew',
    meta: {},
    jsonData: {},
  } as unknown as DataSourceInstanceSettings<ClewJsonData>;
  return new ClewDatasource(settings, {
    transport: () => Promise.resolve({ status: 200, statusText: 'OK', data: { tagValues: [], scopes: [] } }),
    templateSrv: {
      replace: (text = '') => text.replaceAll('$op', 'GET'),
      containsTemplate: (text = '') => text.includes('$'),
      getVariables: () => [],
    },
    address: () => Promise.resolve(undefined),
  });
}

/** The editor in a place that keeps its query, as Explore does. */
function setup(query: Partial<ClewQuery>, app = CoreApp.Explore) {
  const onRun = jest.fn();
  const latest: { query: ClewQuery } = { query: { refId: 'A', ...query } };
  const source = datasource();
  function Place() {
    const [query, setQuery] = useState(latest.query);
    return (
      <QueryEditor
        datasource={source}
        query={query}
        app={app}
        onChange={(changed) => {
          latest.query = changed;
          setQuery(changed);
        }}
        onRunQuery={onRun}
      />
    );
  }
  render(<Place />);
  return { latest, onRun };
}

const isMode = (name: string) => screen.getByRole<HTMLInputElement>('radio', { name }).checked;
const preview = () => screen.getByTestId(testIds.queryEditor.preview).textContent;
const switchTo = (name: string) => fireEvent.click(screen.getByRole('radio', { name }));

test.each([
  ['a trace id', { query: TRACE }, 'Trace ID'],
  ['a query that the form can show', { query: '{ status = error }' }, 'Search'],
  ['a query that it cannot', { query: '{ status = error } | count() > 1' }, 'TraceQL'],
  ['nothing', {}, 'Search'],
  ['what was chosen', { query: '{ status = error }', editorMode: 'traceql' as const }, 'TraceQL'],
])('%s opens in the form that fits', (_, query, expected) => {
  setup(query);
  expect(isMode(expected)).toBe(true);
});

test('the form writes TraceQL, and keeps what cannot be written yet', () => {
  const { latest } = setup({ query: '{ resource.service.name = "shop" }' });
  fireEvent.change(screen.getByLabelText('Duration at least'), { target: { value: '100' } });
  expect(latest.query.query).toBe('{ resource.service.name = "shop" }');
  expect(screen.getByLabelText('Duration at least')).toBeInvalid();
  fireEvent.change(screen.getByLabelText('Duration at least'), { target: { value: '100ms' } });
  expect(latest.query).toMatchObject({
    query: '{ resource.service.name = "shop" && duration >= 100ms }',
    queryType: 'traceql',
  });
  expect(preview()).toBe(latest.query.query);
  fireEvent.click(screen.getByTestId(testIds.queryEditor.addFilter));
  expect(screen.getByRole('combobox', { name: 'Filter 1: attribute' })).toBeVisible();
  expect(preview()).toBe('{ resource.service.name = "shop" && duration >= 100ms }');
});

test('a panel runs with every choice, Explore when it is told to', () => {
  const inExplore = setup({ query: '{ }' });
  fireEvent.change(screen.getByLabelText('Duration at least'), { target: { value: '1s' } });
  expect(inExplore.onRun).not.toHaveBeenCalled();
  fireEvent.keyDown(screen.getByLabelText('Duration at least'), { key: 'Enter' });
  expect(inExplore.onRun).toHaveBeenCalledTimes(1);
});

test('in a panel', () => {
  const { onRun } = setup({ query: '{ }' }, CoreApp.PanelEditor);
  fireEvent.change(screen.getByLabelText('Duration at least'), { target: { value: '1s' } });
  expect(onRun).toHaveBeenCalledTimes(1);
});

test('looking at the other forms loses nothing', () => {
  const { latest } = setup({ query: '{ status = error }' });
  switchTo('Trace ID');
  expect(latest.query.query).toBe('');
  fireEvent.change(screen.getByTestId(testIds.queryEditor.traceId), { target: { value: TRACE } });
  switchTo('TraceQL');
  expect(latest.query.query).toBe('{ status = error }');
  switchTo('Trace ID');
  expect(latest.query.query).toBe(TRACE);
  switchTo('Search');
  expect(preview()).toBe('{ status = error }');
});

test('a query that the form cannot show cannot be taken there, and it is said why', () => {
  const { latest } = setup({ query: '{ } | count() > 1' });
  expect(screen.getByRole('radio', { name: 'Search' })).toBeDisabled();
  expect(screen.getByTestId(testIds.queryEditor.formLimit)).toHaveTextContent('no field for stages after a |');
  switchTo('Trace ID');
  switchTo('Search');
  expect(latest.query.query).toBe('{ } | count() > 1');
  expect(isMode('TraceQL')).toBe(true);
});

test('the form goes on in the text, and back', () => {
  const { latest } = setup({ query: '{ status = error }' });
  fireEvent.click(screen.getByRole('button', { name: 'Edit as TraceQL' }));
  expect(isMode('TraceQL')).toBe(true);
  expect(screen.getByTestId(testIds.queryEditor.traceql)).toHaveValue('{ status = error }');
  expect(screen.queryByTestId(testIds.queryEditor.formLimit)).toBeNull();
  switchTo('Search');
  expect(preview()).toBe('{ status = error }');
  expect(latest.query).toMatchObject({ query: '{ status = error }', editorMode: 'search' });
});

describe('options', () => {
  test('of a search', () => {
    const { latest } = setup({ query: '{ }' }, CoreApp.PanelEditor);
    fireEvent.click(screen.getByRole('radio', { name: 'Spans' }));
    expect(latest.query.tableType).toBe('spans');
    expect(screen.queryByTestId(testIds.queryEditor.step)).toBeNull();
  });

  test('of a metric', () => {
    const { latest, onRun } = setup({ query: '{ } | rate()' }, CoreApp.PanelEditor);
    expect(screen.queryByTestId(testIds.queryEditor.limit)).toBeNull();
    const enter = (testId: string, value: string) => {
      fireEvent.change(screen.getByTestId(testId), { target: { value } });
      fireEvent.blur(screen.getByTestId(testId));
    };
    enter(testIds.queryEditor.step, '5 apples');
    expect(screen.getByTestId(testIds.queryEditor.step)).toBeInvalid();
    expect(latest.query.step).toBeUndefined();
    enter(testIds.queryEditor.step, '30s');
    expect(latest.query.step).toBe('30s');
    enter(testIds.queryEditor.exemplars, '0');
    expect(latest.query.exemplars).toBe(0);
    enter(testIds.queryEditor.exemplars, '');
    expect(latest.query.exemplars).toBeUndefined();
    enter(testIds.queryEditor.step, '$op');
    expect(latest.query.step).toBe('$op');
    fireEvent.click(screen.getByRole('radio', { name: 'Instant' }));
    expect(latest.query.metricsQueryType).toBe('instant');
    expect(onRun).toHaveBeenCalledTimes(5);
    expect(screen.queryByTestId(testIds.queryEditor.step)).toBeNull();
  });
});

describe('TraceQL', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const type = (value: string) => {
    fireEvent.change(screen.getByTestId(testIds.queryEditor.traceql), { target: { value } });
    act(() => jest.advanceTimersByTime(400));
  };

  test('problems are shown while typing, with their place', () => {
    const { latest } = setup({ query: '', editorMode: 'traceql' });
    type('{ name == "a" }');
    expect(latest.query.query).toBe('{ name == "a" }');
    const field = screen.getByTestId(testIds.queryEditor.traceql);
    expect(screen.getByTestId(testIds.queryEditor.problem)).toHaveTextContent('Line 1, column 8:');
    expect(field).toBeInvalid();
    expect(field).toHaveAccessibleDescription(expect.stringContaining('Line 1'));
    type('{ name = "a" }');
    expect(screen.queryByTestId(testIds.queryEditor.problem)).toBeNull();
    expect(field).toBeValid();
  });

  test('variables are no problem, what they stand for can be', () => {
    setup({ query: '', editorMode: 'traceql' });
    type('{ name = "$op" }');
    expect(screen.queryByTestId(testIds.queryEditor.problem)).toBeNull();
    type('{ duration > $op }');
    expect(screen.getByTestId(testIds.queryEditor.problem)).toHaveTextContent('With the variables filled in:');
  });

  test('Shift+Enter and Ctrl+Enter run, Enter is a new line', () => {
    const { onRun } = setup({ query: '{ }', editorMode: 'traceql' });
    const field = screen.getByTestId(testIds.queryEditor.traceql);
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(onRun).not.toHaveBeenCalled();
    fireEvent.keyDown(field, { key: 'Enter', shiftKey: true });
    fireEvent.keyDown(field, { key: 'Enter', ctrlKey: true });
    expect(onRun).toHaveBeenCalledTimes(2);
  });
});

test('a traceparent can be pasted for its trace id', () => {
  const { latest } = setup({ query: '', editorMode: 'traceId' });
  fireEvent.paste(screen.getByTestId(testIds.queryEditor.traceId), {
    clipboardData: { getData: () => `00-${TRACE}-00f067aa0ba902b7-01` },
  });
  expect(latest.query).toMatchObject({ query: TRACE, queryType: 'traceql' });
});
