import type { Table } from '../../schema/tables.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { NativeColumn } from './columns.ts';

/** Rows of one table under construction. Column writers and the table's description are matched when it is built. */
export class NativeBlock {
  rows = 0;
  readonly table: Table;
  readonly #columns: readonly NativeColumn[];
  readonly #extra: ReadonlyArray<{ save(): void; restore(): void; clear(): void }>;
  #savedRows = 0;

  /** `extra`: what is saved and cleared with the block but is no column itself (shared offsets). */
  constructor(
    table: Table,
    columns: Readonly<Record<string, NativeColumn>>,
    extra: ReadonlyArray<{ save(): void; restore(): void; clear(): void }> = []
  ) {
    const unknown = Object.keys(columns).filter((name) => !table.columns.some((column) => column.name === name));
    if (unknown.length > 0) {
      throw new Error(`${table.name} has no column ${unknown.join(', ')}`);
    }
    this.table = table;
    this.#columns = table.columns.map(({ name }) => {
      const column = columns[name];
      if (!column) {
        throw new Error(`No writer for ${table.name}.${name}`);
      }
      return column;
    });
    this.#extra = extra;
  }

  save(): void {
    this.#savedRows = this.rows;
    for (const part of [...this.#columns, ...this.#extra]) {
      part.save();
    }
  }

  restore(): void {
    this.rows = this.#savedRows;
    for (const part of [...this.#columns, ...this.#extra]) {
      part.restore();
    }
  }

  /** Writes the block as ClickHouse's `Native` format has it, nothing when there are no rows. Clears the columns. */
  take(out: ByteWriter): Uint8Array | undefined {
    if (this.rows === 0) {
      this.#columns.forEach((column) => column.clear());
      this.#extra.forEach((part) => part.clear());
      return undefined;
    }
    out.varint(this.#columns.length);
    out.varint(this.rows);
    this.#columns.forEach((column, index) => {
      const { name, type } = this.table.columns[index];
      out.text(name);
      out.text(type);
      column.writePrefix(out);
      column.writeData(out, this.rows);
      column.clear();
    });
    for (const part of this.#extra) {
      part.clear();
    }
    this.rows = 0;
    return out.view();
  }
}
