import type { ProtobufReader } from '../protobuf/reader.ts';

/** A field and its wire type in one number, to switch on. */
export const tagOf = (field: number, wireType: number): number => (field << 3) | wireType;

/** The tag that `reader.next()` read. */
export const tagUnder = ({ field, wireType }: ProtobufReader): number => (field << 3) | wireType;
