import { durationText, type LikelyCaller, type OtherHalf } from '@clew/trace-model';

import type { SqlQuery } from '../../engine/engine.ts';
import { SPANS } from '../../schema/tables.ts';
import { IS_ROOT, KIND_CODES } from '../sql/intrinsic-sql.ts';
import { SqlParameters } from '../sql/sql-text.ts';

/** A call that has no server side in its trace. */
export interface LostCall {
  /** The service that was called, as its own spans name it. */
  readonly service: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** A span that a service began a trace with. */
export interface RootRow {
  readonly id: string;
  readonly name: string;
  readonly start: string;
  readonly end: string;
}

/** Clocks of two machines that are synchronised differ by less. */
const CLOCK_NS = 5_000_000n;
/** More than one that fits is too many already. */
const ENOUGH = 2;

/** Traces that the service began, and was done with, in the time of the call. */
export function otherHalfSql(tenant: string, { service, startNs, endNs }: LostCall): SqlQuery {
  const params = new SqlParameters();
  const from = startNs > CLOCK_NS ? startNs - CLOCK_NS : 0n;
  const to = params.value('UInt64', endNs + CLOCK_NS);
  return params.query(`SELECT lower(hex(trace_id)) AS id, name, toString(start_ns) AS start,
  toString(start_ns + toUInt64(greatest(duration_ns, 0))) AS end
FROM ${SPANS.name}
WHERE tenant = ${params.value('String', tenant)} AND service = ${params.value('String', service)} AND ${IS_ROOT}
  AND kind = ${KIND_CODES.server} AND start_ns >= ${params.value('UInt64', from)} AND start_ns <= ${to}
  AND start_ns + toUInt64(greatest(duration_ns, 0)) <= ${to}
LIMIT ${params.value('UInt32', ENOUGH)}`);
}

/** A span that began a trace, as a call would have it. */
export interface LostAnswer extends LostCall {
  readonly traceId: string;
}

/** A call that fits, and waits for nothing in its own trace. */
export interface CallRow extends RootRow {
  readonly service: string;
}

/** A call takes no longer than this. */
const LONGEST_CALL_NS = 60_000_000_000n;

/** Calls to the service by others that were under way all the time, and have no child. */
export function callerSql(tenant: string, { service, traceId, startNs, endNs }: LostAnswer): SqlQuery {
  const params = new SqlParameters();
  const tenantIs = `tenant = ${params.value('String', tenant)}`;
  const from = startNs > LONGEST_CALL_NS ? startNs - LONGEST_CALL_NS : 0n;
  const host = params.value('String', service.toLowerCase());
  const end = 'start_ns + toUInt64(greatest(duration_ns, 0))';
  // A host's first label, as `readServices` reads it.
  const calls = (column: string): string => `splitByChar('.', lower(${column}))[1] = ${host}`;
  const fits = `${tenantIs} AND kind = ${KIND_CODES.client} AND start_ns >= ${params.value('UInt64', from)}
    AND start_ns <= ${params.value('UInt64', startNs + CLOCK_NS)} AND ${end} >= ${params.value('UInt64', endNs > CLOCK_NS ? endNs - CLOCK_NS : 0n)}
    AND lower(hex(trace_id)) != ${params.value('String', traceId)}
    AND (${calls('p_server_address')} OR ${calls('p_peer_service')})`;
  return params.query(`SELECT lower(hex(trace_id)) AS id, service, name, toString(start_ns) AS start, toString(${end}) AS end
FROM ${SPANS.name}
WHERE ${fits}
  AND (trace_id, span_id) NOT IN (
    SELECT trace_id, parent_span_id FROM ${SPANS.name}
    WHERE ${tenantIs} AND trace_id IN (SELECT trace_id FROM ${SPANS.name} WHERE ${fits})
  )
LIMIT ${params.value('UInt32', ENOUGH)}`);
}

/** The one that fits; none where several do. */
export function callerOf(answer: LostAnswer, rows: readonly CallRow[]): LikelyCaller | undefined {
  if (rows.length !== 1) {
    return undefined;
  }
  const [{ id, service, name, start, end }] = rows;
  const before = Number(answer.startNs - BigInt(start));
  const after = Number(BigInt(end) - answer.endNs);
  return {
    service,
    traceId: id,
    reason: `the call ${name} of ${service} to ${answer.service} began ${durationText(Math.abs(before))} ${
      before >= 0 ? 'before this did' : 'after this did, by its clock,'
    } and ended ${durationText(Math.abs(after))} ${
      after >= 0 ? 'after it' : 'before it, by its clock'
    }, has no server side, and no other call fits`,
  };
}

/** The one that fits; none where several do, because then it would be a guess. */
export function otherHalfOf(call: LostCall, rows: readonly RootRow[]): OtherHalf | undefined {
  if (rows.length !== 1) {
    return undefined;
  }
  const [{ id, name, start, end }] = rows;
  const after = Number(BigInt(start) - call.startNs);
  const before = Number(call.endNs - BigInt(end));
  const when = (ns: number, verb: string, inside: string, outside: string): string =>
    `${verb} ${durationText(Math.abs(ns))} ${ns >= 0 ? inside : outside}`;
  return {
    traceId: id,
    reason: `${call.service} ${name} ${when(after, 'began', 'after the call did', 'before the call did, by its clock,')} and ${when(
      before,
      'ended',
      'before it did',
      'after it did, by its clock'
    )}, and no other trace that ${call.service} began fits`,
  };
}
