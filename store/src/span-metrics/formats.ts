/** What `/metrics/spans` can be, best first where a client likes several equally. */
const FORMATS = ['protobuf', 'openmetrics', 'text'] as const;

export type MetricsFormat = (typeof FORMATS)[number];

export const CONTENT_TYPES: Readonly<Record<MetricsFormat, string>> = {
  protobuf: 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  text: 'text/plain; version=0.0.4; charset=utf-8',
};

/**
 * The format that an Accept header likes best; plain text where it names none. Prometheus names OpenMetrics where it keeps
 * exemplars, and protobuf where it keeps native histograms.
 */
export function formatFor(accept: string | undefined): MetricsFormat {
  let best: MetricsFormat = 'text';
  let bestQuality = 0;
  for (const range of (accept ?? '').toLowerCase().split(',')) {
    const [type, ...parameters] = range.split(';').map((part) => part.trim());
    const format = formatOf(type, parameters);
    const given = parameters.find((parameter) => parameter.startsWith('q='));
    const quality = given === undefined ? 1 : Number(given.slice(2));
    const isBetter =
      quality > bestQuality || (quality === bestQuality && format && FORMATS.indexOf(format) < FORMATS.indexOf(best));
    if (format && quality > 0 && isBetter) {
      best = format;
      bestQuality = quality;
    }
  }
  return best;
}

function formatOf(type: string, parameters: readonly string[]): MetricsFormat | undefined {
  switch (type) {
    case 'application/vnd.google.protobuf':
      return parameters.includes('proto=io.prometheus.client.metricfamily') && parameters.includes('encoding=delimited')
        ? 'protobuf'
        : undefined;
    case 'application/openmetrics-text':
      return 'openmetrics';
    case 'text/plain':
      return 'text';
    default:
      return undefined;
  }
}
