import { type StoreError } from './storeError';

/** Where a datasource points. `address` is known to admins only: Grafana tells others the proxy's path. */
export interface StorePlace {
  readonly datasourceName: string;
  readonly address?: string;
}

/** Default ports of the store that are not the query port, with what they are for. */
const OTHER_PORTS: Readonly<Record<string, string>> = {
  '4317': 'receives spans over gRPC (OTLP)',
  '4318': 'receives spans over HTTP (OTLP)',
  '3201': "is the store's admin port",
};

/** A sentence or two for people: what is wrong, where, and what to do. */
export function describeStoreError(error: StoreError, place: StorePlace): string {
  switch (error.kind) {
    case 'unreachable':
      return (
        `The trace store at ${addressOf(place)} cannot be reached: Grafana could not connect to it (502 Bad Gateway). ` +
        `Nothing listens there, the host name does not resolve, a firewall is between, or what listens does not speak HTTP. ${portHint(place)}`
      ).trim();
    case 'timeout':
      return `The trace store at ${addressOf(place)} did not answer in time (504 Gateway Timeout). It is overloaded, or a firewall drops the connection. A narrower time range asks less of it.`;
    case 'auth':
      return `The trace store at ${addressOf(place)} refuses the token (401 Unauthorized). Set the token of its query port in the settings of the datasource "${place.datasourceName}".`;
    case 'forbidden':
      return `Grafana refuses the request to the trace store (${error.details.status}): ${error.message}`;
    case 'no-datasource':
      return `Grafana does not know the datasource "${place.datasourceName}": it was removed, or you may not query it.`;
    case 'not-a-store':
      return (
        `${capitalized(addressOf(place))} answers, but it is not the query port of a Clew store` +
        `${error.details.status >= 300 ? ` (${error.details.status})` : ''}. ${portHint(place) || 'The query port is 3200 unless the store was told otherwise.'}`
      ).trim();
    case 'network':
      return error.message;
    case 'cancelled':
      return 'The request was cancelled.';
    case 'busy':
    case 'failed':
      return `The trace store failed (${error.details.status}): ${withHint(error)}`;
    case 'trace-not-found':
    case 'query':
      return withHint(error);
  }
}

/** As compilers say it: `line 2, column 7: …`. */
function withHint({ message, details: { line, column, hint } }: StoreError): string {
  const where = line === undefined || column === undefined ? '' : `Line ${line}, column ${column}: `;
  return `${where}${message}${hint ? ` (${hint})` : ''}`;
}

function addressOf({ address, datasourceName }: StorePlace): string {
  return address || `the address set in the datasource "${datasourceName}"`;
}

function portHint({ address }: StorePlace): string {
  const port = /:(\d+)(?:\/|$)/.exec(address ?? '')?.[1] ?? '';
  const purpose = OTHER_PORTS[port];
  return purpose
    ? `Port ${port} ${purpose}; Grafana needs the query port, 3200 unless the store was told otherwise.`
    : '';
}

const capitalized = (text: string): string =>
  /^https?:/.test(text) ? text : text.slice(0, 1).toUpperCase() + text.slice(1);
