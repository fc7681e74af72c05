/** What a field of a message holds. 64-bit integers are decimal text on our side, as in proto3 JSON. */
export type FieldType =
  | 'string'
  | 'bool'
  | 'uint32'
  | 'uint64'
  | 'int64'
  | 'double'
  | { readonly enum: readonly string[] }
  | { readonly message: () => MessageType }
  /** `map<string, …>`. */
  | { readonly mapOf: FieldType };

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** Of strings and messages: lists of numbers would be packed, and nobody has any. */
  readonly repeated: boolean;
}

export interface MessageType {
  /** By field number. */
  readonly fields: ReadonlyMap<number, Field>;
  /** All fields are members of one oneof: the one that is there is written even where it is a default. */
  readonly oneof: boolean;
}

/** A message as an object: names and values as in proto3 JSON, where defaults may be left out. */
export type MessageObject = Readonly<Record<string, unknown>>;

export const message = (fields: Readonly<Record<number, Field>>, oneof = false): MessageType => ({
  fields: new Map(Object.entries(fields).map(([number, field]) => [Number(number), field])),
  oneof,
});
export const one = (name: string, type: FieldType): Field => ({ name, type, repeated: false });
export const nested = (name: string, type: () => MessageType): Field => one(name, { message: type });
export const texts = (name: string): Field => ({ name, type: 'string', repeated: true });
export const list = (name: string, type: () => MessageType): Field => ({
  name,
  type: { message: type },
  repeated: true,
});
export const map = (name: string, mapOf: FieldType): Field => one(name, { mapOf });

export const MAP_KEY = 1;
export const MAP_VALUE = 2;
