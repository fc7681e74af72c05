import type { Engine, SqlQuery } from '../engine/engine.ts';
import { PINS } from '../schema/kept-tables.ts';
import { idSql, textSql } from './sql-text.ts';

/** Who pinned: a person, an exemplar of the linked Prometheus, one of the store's own metrics. */
export const PIN_KINDS = ['hand', 'exemplar', 'span_metrics'] as const;
export type PinKind = (typeof PIN_KINDS)[number];

export interface Pin {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  readonly kind: PinKind;
  /** The metric's name; empty by hand. */
  readonly source: string;
  readonly note: string;
  /** Empty where nobody said. */
  readonly by: string;
  readonly pinnedMs: number;
}

/** Where a list goes on: after this pin. */
export interface PinCursor {
  readonly pinnedMs: number;
  readonly traceId: string;
  readonly kind: PinKind;
}

interface PinRow extends Omit<Pin, 'pinnedMs'> {
  readonly pinnedMs: string;
}

export type PinCounts = Readonly<Record<PinKind, number>>;

/** Rows in one statement. */
const BATCH = 500;
/** Over the maximum, this share of it is made free, so that not every pin more is a mutation. */
const TRIM_TO = 0.9;

const COLUMNS = `lower(hex(trace_id)) AS traceId, kind, source, note, pinned_by AS by, toString(pinned_ms) AS pinnedMs`;

/** What is pinned, in the engine. Every method rejects with EngineError. */
export class PinStore {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** A pin of the same trace and kind that is there takes the new one's text and time. */
  async add(tenant: string, pins: readonly Pin[]): Promise<void> {
    for (let at = 0; at < pins.length; at += BATCH) {
      await this.#write(tenant, pins.slice(at, at + BATCH), 0);
    }
  }

  async remove(tenant: string, pin: Pick<Pin, 'traceId' | 'kind'>): Promise<void> {
    const [newest] = (await this.ofTrace(tenant, pin.traceId)).filter(({ kind }) => kind === pin.kind);
    if (newest) {
      // The newest row of both counts, and clocks may stand still.
      await this.#write(tenant, [{ ...newest, pinnedMs: Math.max(Date.now(), newest.pinnedMs + 1) }], 1);
    }
  }

  /** Newest first. */
  async ofTrace(tenant: string, traceId: string): Promise<Pin[]> {
    return this.#read({
      sql: `SELECT ${COLUMNS} FROM ${PINS.name} FINAL
WHERE tenant = {tenant:String} AND trace_id = toFixedString(unhex({trace_id:String}), 16) ORDER BY pinned_ms DESC, kind`,
      params: { tenant, trace_id: traceId },
    });
  }

  /** Newest first, after `cursor`. */
  async list(tenant: string, limit: number, kind?: PinKind, cursor?: PinCursor): Promise<Pin[]> {
    return this.#read({
      sql: `SELECT ${COLUMNS} FROM ${PINS.name} FINAL
WHERE tenant = {tenant:String}${kind ? ' AND kind = {kind:String}' : ''}${
        cursor
          ? ' AND (pinned_ms, hex(trace_id), kind) < ({at_ms:UInt64}, upper({at_id:String}), {at_kind:String})'
          : ''
      }
ORDER BY pinned_ms DESC, hex(trace_id) DESC, kind DESC LIMIT ${Math.trunc(limit)}`,
      params: {
        tenant,
        ...(kind && { kind }),
        ...(cursor && { at_ms: cursor.pinnedMs, at_id: cursor.traceId, at_kind: cursor.kind }),
      },
    });
  }

  /** Of one tenant, or of all. */
  async counts(tenant?: string): Promise<PinCounts> {
    const rows = await this.#engine.rows<{ kind: PinKind; pins: string }>({
      sql: `SELECT kind, toString(count()) AS pins FROM ${PINS.name} FINAL${
        tenant === undefined ? '' : ' WHERE tenant = {tenant:String}'
      } GROUP BY kind`,
      params: tenant === undefined ? {} : { tenant },
    });
    const of = (kind: PinKind) => Number(rows.find((row) => row.kind === kind)?.pins ?? 0);
    return { hand: of('hand'), exemplar: of('exemplar'), span_metrics: of('span_metrics') };
  }

  /** Which traces are pinned automatically: kind and id of each, together. */
  async automaticKeys(tenant: string): Promise<string[]> {
    const rows = await this.#engine.rows<{ key: string }>({
      sql: `SELECT concat(kind, lower(hex(trace_id))) AS key FROM ${PINS.name} FINAL WHERE tenant = {tenant:String} AND kind != 'hand'`,
      params: { tenant },
    });
    return rows.map(({ key }) => key);
  }

  /** Removes automatic pins beyond `most`, the oldest first, those of the store's own metrics before the others. Returns how many. */
  async trim(most: number): Promise<number> {
    const counts = await this.counts();
    const excess = counts.exemplar + counts.span_metrics - most;
    if (excess <= 0) {
      return 0;
    }
    const tooMany = Math.min(counts.exemplar + counts.span_metrics, excess + Math.floor(most * (1 - TRIM_TO)));
    const ofMetrics = Math.min(tooMany, counts.span_metrics);
    await this.#removeOldest('span_metrics', ofMetrics);
    await this.#removeOldest('exemplar', tooMany - ofMetrics);
    const after = await this.counts();
    return counts.exemplar + counts.span_metrics - after.exemplar - after.span_metrics;
  }

  async #removeOldest(kind: PinKind, count: number): Promise<void> {
    if (count === 0) {
      return;
    }
    const [{ until }] = await this.#engine.rows<{ until: string }>({
      sql: `SELECT toString(max(pinned_ms)) AS until FROM (SELECT pinned_ms FROM ${PINS.name} FINAL WHERE kind = {kind:String} ORDER BY pinned_ms LIMIT ${Math.trunc(count)})`,
      params: { kind },
    });
    await this.#engine.command(
      `ALTER TABLE ${PINS.name} DELETE WHERE kind = '${kind}' AND pinned_ms <= ${BigInt(until)} SETTINGS mutations_sync = 2`
    );
  }

  async #read(query: SqlQuery): Promise<Pin[]> {
    const rows = await this.#engine.rows<PinRow>(query);
    return rows.map((row) => ({ ...row, pinnedMs: Number(row.pinnedMs) }));
  }

  #write(tenant: string, pins: readonly Pin[], removed: 0 | 1): Promise<void> {
    const rows = pins.map(
      ({ traceId, kind, source, note, by, pinnedMs }) =>
        `(${[textSql(tenant), idSql(traceId), textSql(kind), textSql(source), textSql(note), textSql(by), Math.trunc(pinnedMs), removed].join(', ')})`
    );
    return this.#engine.command(
      `INSERT INTO ${PINS.name} (${PINS.columns.map(({ name }) => name).join(', ')}) VALUES ${rows.join(', ')}`
    );
  }
}
