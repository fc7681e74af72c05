import { flattenAnyValue, ProtobufError, protobufToJson, ProtobufWriter, TRACES_DATA_MESSAGE } from '@clew/trace-model';

import type { Plain, Row } from './native-decoder.ts';
import { scalarsIn } from './reference-attributes.ts';

/**
 * Reads what a row keeps as OTLP bytes with the code that answers queries, and says what it cannot read: one such row
 * makes the whole trace unreadable. Undefined when all is well.
 */
export function findUnreadable(row: Row, table: 'spans' | 'resources'): string | undefined {
  try {
    const out = new ProtobufWriter();
    const prefixes = table === 'spans' ? ['attrs'] : ['resource', 'scope'];
    out.open(1);
    if (table === 'spans') {
      out.open(2);
      out.open(2);
      complexFields(row, 'attrs', 9, out);
      listOf(row.event_attributes).forEach((kept) => out.bytesField(11, bytesOf(kept)));
      listOf(row.link_attributes).forEach((kept) => out.bytesField(13, bytesOf(kept)));
      out.raw(bytesOf(row.rest));
      out.close();
      out.close();
    } else {
      out.open(1);
      complexFields(row, 'resource', 1, out);
      out.raw(bytesOf(row.resource_rest));
      out.close();
      out.open(2);
      out.open(1);
      complexFields(row, 'scope', 3, out);
      out.raw(bytesOf(row.scope_rest));
      out.close();
      out.close();
    }
    out.close();
    JSON.parse(Buffer.from(protobufToJson(out.finish(), TRACES_DATA_MESSAGE)).toString());
    return prefixes.map((prefix) => findMiscounted(row, prefix)).find((problem) => problem !== undefined);
  } catch (error) {
    if (error instanceof ProtobufError || error instanceof SyntaxError || error instanceof RangeError) {
      return `${error.name}: ${error.message}`;
    }
    throw error;
  }
}

/** Readers leave out as many map entries as a kept value has scalars: they must count what ingest wrote. */
function findMiscounted(row: Row, prefix: string): string | undefined {
  for (const [key, value] of pairsOf(row[`${prefix}_complex`])) {
    const counted = flattenAnyValue(String(key), bytesOf(value)).map((entry) => `${entry.suffix} ${entry.key}`);
    const written = scalarsIn(String(key), bytesOf(value)).map((entry) => `${entry.suffix} ${entry.key}`);
    if (counted.join('\n') !== written.join('\n')) {
      return `readers count ${counted.length} copies of ${prefix} ${String(key)}, ingest wrote ${written.length}`;
    }
  }
  return undefined;
}

function complexFields(row: Row, prefix: string, field: number, out: ProtobufWriter): void {
  for (const [key, value] of pairsOf(row[`${prefix}_complex`])) {
    out.open(field);
    out.bytesField(1, bytesOf(key));
    out.bytesField(2, bytesOf(value));
    out.close();
  }
}

const listOf = (value: Plain): readonly Plain[] => (Array.isArray(value) ? value : []);
const bytesOf = (value: Plain): Uint8Array => Buffer.from(String(value), 'latin1');

function pairsOf(map: Plain): Array<[Plain, Plain]> {
  const flat = listOf(map);
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[index * 2], flat[index * 2 + 1]]);
}
