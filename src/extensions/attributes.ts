export interface FoundAttribute {
  /** As it is written there: links stand beside the attribute of exactly this name. */
  readonly key: string;
  readonly value: string;
}

/** Attributes of resources and labels of logs by their names in OpenTelemetry, however a store writes them: `service_name`. */
export function findAttribute(
  attributes: Readonly<Record<string, readonly unknown[]>> | undefined,
  ...names: readonly string[]
): FoundAttribute | undefined {
  const keys = Object.keys(attributes ?? {});
  for (const name of names) {
    for (const key of [name, ...keys.filter((candidate) => bare(candidate) === bare(name))]) {
      const value = attributes?.[key]?.[0];
      if (value !== undefined && value !== null && value !== '') {
        return { key, value: String(value) };
      }
    }
  }
  return undefined;
}

const bare = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^resources?[._]/, '')
    .replace(/^attributes?[._]/, '')
    .replace(/[._-]/g, '');
