const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];

/** Of OTLP's number; empty where none was said. */
export const kindText = (kind: number): string => KINDS[kind] ?? `kind ${kind}`;

const STATUSES = ['unset', 'ok', 'error'];

export const statusText = (status: number): string => STATUSES[status] ?? `status ${status}`;
