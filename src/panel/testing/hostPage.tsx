import { createTheme } from '@grafana/data';
import { DEFAULT_SETTINGS, StoreTrace, fetchBytes, isTraceView, mountTraceView, type TraceViewProps } from '../view';

/**
 * The viewer on a page without Grafana: `?trace=<id>`, with `mode` (dark or light), `folding` (off), `span`, `view`. The store answers
 * under the page's own address. Or `?choose=<id>`, any number of times: a list to choose from. For tests and benchmarks.
 */
function showHost(): void {
  const params = new URLSearchParams(location.search);
  const theme = createTheme({ colors: { mode: params.get('mode') === 'light' ? 'light' : 'dark' } });
  document.body.style.background = theme.colors.background.primary;
  document.body.style.color = theme.colors.text.primary;
  document.documentElement.style.colorScheme = theme.colors.mode;
  const element = document.getElementById('root');
  if (!element) {
    throw new Error('The page has no element to show the trace in');
  }
  const traceId = params.get('trace');
  const choices = params.getAll('choose');
  const feedOf = (id: string) => new StoreTrace(fetchBytes(location.origin), id);
  const selectedSpanId = params.get('span') ?? undefined;
  const first = params.get('view');
  const settings = { ...DEFAULT_SETTINGS, folding: params.get('folding') !== 'off' };
  const props: TraceViewProps = {
    feed: traceId === null ? undefined : feedOf(traceId),
    empty: { title: 'No trace', text: 'Drop a file of OpenTelemetry, Jaeger or Zipkin here.' },
    timeZone: 'utc',
    selectedSpanId,
    settings,
    view: isTraceView(first) ? first : undefined,
  };
  const view = mountTraceView(element, props, theme);
  if (choices.length > 0) {
    const choose = (id: string) => view.update({ ...props, feed: feedOf(id) });
    view.update({
      ...props,
      choices: choices.map((id) => ({
        traceId: id,
        service: '',
        name: id,
        durationMs: undefined,
        startMs: undefined,
        onChoose: () => choose(id),
      })),
    });
  }
}

showHost();
