/**
 * Trace and span ids as lower-case hex digits. proto3 JSON, and so Tempo and our store, has them in base64; OTLP's own
 * JSON has them in hex. Their lengths tell them apart: 32 and 16 digits in hex, 24 and 12 characters in base64.
 */
export function hexId(id: string | undefined): string {
  if (!id) {
    return '';
  }
  if (/^(?:[0-9a-f]{32}|[0-9a-f]{16})$/i.test(id)) {
    return id.toLowerCase();
  }
  try {
    return Array.from(atob(id), (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  } catch {
    return id;
  }
}
