import type { Engine } from '../engine/engine.ts';
import { KEPT_SPANS } from '../schema/kept-tables.ts';

interface KeptRow {
  readonly tenant: string;
  /** In one answer: 32 digits each, without anything between them. */
  readonly ids: string;
}

const ID_DIGITS = 32;

/**
 * Which traces retention has kept, in memory, so that the lookup of any other trace costs nothing more. While it is not known
 * yet every trace may be one.
 */
export class KeptTraces {
  #byTenant: Map<string, Set<string>> | undefined;

  /** Reads them anew. Rejects with EngineError, and then nothing has changed. */
  async load(engine: Engine): Promise<void> {
    const rows = await engine.rows<KeptRow>({
      sql: `SELECT tenant, arrayStringConcat(groupUniqArray(lower(hex(trace_id)))) AS ids FROM ${KEPT_SPANS.name} GROUP BY tenant`,
      params: {},
    });
    const byTenant = new Map<string, Set<string>>();
    for (const { tenant, ids } of rows) {
      const known = new Set<string>();
      for (let at = 0; at < ids.length; at += ID_DIGITS) {
        known.add(packed(ids.slice(at, at + ID_DIGITS)));
      }
      byTenant.set(tenant, known);
    }
    this.#byTenant = byTenant;
  }

  /** Traces of which something has been kept just now. */
  add(tenant: string, traceIds: readonly string[]): void {
    if (this.#byTenant && traceIds.length > 0) {
      const known = this.#byTenant.get(tenant) ?? new Set();
      traceIds.forEach((id) => known.add(packed(id)));
      this.#byTenant.set(tenant, known);
    }
  }

  /** Those of the traces that are kept, or may be. */
  among(tenant: string, traceIds: readonly string[]): readonly string[] {
    if (!this.#byTenant) {
      return traceIds;
    }
    const known = this.#byTenant.get(tenant);
    return known ? traceIds.filter((id) => known.has(packed(id))) : [];
  }

  get isKnown(): boolean {
    return this.#byTenant !== undefined;
  }

  /** Whether anything of the tenant is kept, or may be. */
  any(tenant: string): boolean {
    return !this.#byTenant || (this.#byTenant.get(tenant)?.size ?? 0) > 0;
  }

  countOf(tenant: string): number {
    return this.#byTenant?.get(tenant)?.size ?? 0;
  }

  /** How many, of all tenants. */
  get count(): number {
    return [...(this.#byTenant?.values() ?? [])].reduce((sum, { size }) => sum + size, 0);
  }
}

/** A byte a character: half of the memory. */
const packed = (traceId: string): string => Buffer.from(traceId, 'hex').toString('latin1');
