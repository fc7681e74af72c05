import { type SpanRow } from './spanRow';

/**
 * OTLP's invalid span id. The trace view takes a span's parent from its first reference, and puts the parent before the
 * links only where there is one: a root with a link into its own trace would hang under the linked span, and one with a
 * link elsewhere would end the critical path. This id stands for "no parent" there: no span can have it.
 */
export const NO_PARENT = '0000000000000000';

/**
 * Makes rows that Grafana's trace view shows in full: it drops spans without a start time and spans in a parent cycle,
 * answers nothing at all when a span has no id, and gives spans with the same id one service. Each repair leaves a
 * warning on its span. Changes the rows in place.
 */
export function repair(rows: SpanRow[]): void {
  giveStartTimes(rows);
  makeIdsUnique(rows);
  const byId = new Map(rows.map((row) => [row.spanID, row]));
  warnOfMissingParents(rows, byId);
  breakCycles(rows, byId);
  for (const row of rows) {
    if (row.parentSpanID === '' && row.references.length > 0) {
      row.parentSpanID = NO_PARENT;
    }
  }
}

function giveStartTimes(rows: readonly SpanRow[]): void {
  let earliest = Infinity;
  for (const { startTime } of rows) {
    if (startTime > 0) {
      earliest = Math.min(earliest, startTime);
    }
  }
  // No span of the trace has a time: any but 0 will do.
  const fallback = Number.isFinite(earliest) ? earliest : 1;
  for (const row of rows) {
    row.startTime ||= fallback;
  }
}

function makeIdsUnique(rows: readonly SpanRow[]): void {
  const seen = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    if (row.spanID === '') {
      row.spanID = `no-id-${index}`;
      row.warnings.push('The span has no id.');
    }
    const original = row.spanID;
    const count = seen.get(original) ?? 0;
    seen.set(original, count + 1);
    if (count > 0) {
      row.spanID = `${original}_${count}`;
      row.warnings.push(
        `The span id ${original} occurs more than once in the trace; here it is shown as ${row.spanID}.`
      );
    }
  }
}

function warnOfMissingParents(rows: readonly SpanRow[], byId: ReadonlyMap<string, SpanRow>): void {
  for (const { parentSpanID, warnings } of rows) {
    if (parentSpanID !== '' && !byId.has(parentSpanID)) {
      warnings.push(
        `The parent span ${parentSpanID} is not in the trace: it was not sent, has not arrived yet, or was lost.`
      );
    }
  }
}

function breakCycles(rows: readonly SpanRow[], byId: ReadonlyMap<string, SpanRow>): void {
  const settled = new Set<SpanRow>();
  for (const start of rows) {
    const path = new Set<SpanRow>();
    let row: SpanRow | undefined = start;
    while (row && !settled.has(row)) {
      if (path.has(row)) {
        row.warnings.push(`The span is its own ancestor (parent ${row.parentSpanID}); it is drawn without a parent.`);
        row.parentSpanID = '';
        break;
      }
      path.add(row);
      row = byId.get(row.parentSpanID);
    }
    path.forEach((visited) => settled.add(visited));
  }
}
