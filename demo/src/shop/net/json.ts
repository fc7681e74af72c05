/** A JSON object, as it comes over the wire: every field is unknown until it is looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** `text` as a JSON object; an empty body is an empty object. Throws SyntaxError for anything else. */
export function parseObject(text: string): JsonObject {
  if (text === '') {
    return {};
  }
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) {
    throw new SyntaxError('expected a JSON object');
  }
  return value;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The field as a string, '' when it is not one. */
export function text(object: JsonObject, field: string): string {
  const value = object[field];
  return typeof value === 'string' ? value : '';
}

/** The field as a finite number, 0 when it is not one. */
export function number(object: JsonObject, field: string): number {
  const value = object[field];
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** The field as a list of objects; anything else in it is left out. */
export function objects(object: JsonObject, field: string): JsonObject[] {
  const value = object[field];
  return Array.isArray(value) ? value.filter(isObject) : [];
}
