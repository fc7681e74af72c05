const HEX = /^[0-9a-fA-F]{1,32}$/;
const UUID = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/** Whether a search box's text is a trace id and not a query: 1 to 32 hex digits and nothing else, as Grafana tells. */
export function isTraceId(text: string): boolean {
  return HEX.test(text.trim());
}

/**
 * 32 lower-case hex digits; undefined where the text is no trace id. Shorter ids are padded with zeros on the left, as
 * in Tempo. Takes upper case, spaces around, and the dashes of a UUID.
 */
export function normalizeTraceId(text: string): string | undefined {
  const trimmed = text.trim();
  const digits = UUID.test(trimmed) ? trimmed.replaceAll('-', '') : trimmed;
  return HEX.test(digits) ? digits.toLowerCase().padStart(32, '0') : undefined;
}
