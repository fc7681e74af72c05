import { Counter, Gauge, type Registry } from 'prom-client';

import type { Keeper, KeeperEvents } from '../retention/keeper.ts';
import type { ExemplarWatch } from './exemplar-watch.ts';
import type { KeptTraces } from './kept-traces.ts';
import { PIN_KINDS } from './pin-store.ts';

/** Counters of what went, for the keeper to report to. */
export function registerKeeperEvents(registry: Registry): KeeperEvents {
  const counter = (name: string, help: string) =>
    new Counter({ name, help, labelNames: ['reason'], registers: [registry] });
  const pins = counter(
    'clew_pins_removed_total',
    'Automatic pins removed: max_pins (CLEW_MAX_PINS) or budget (CLEW_KEPT_BYTES, then those by hand too).'
  );
  const removed = counter(
    'clew_kept_removed_traces_total',
    'Kept traces removed: budget (CLEW_KEPT_BYTES), unpinned, or disk (CLEW_MIN_FREE_BYTES).'
  );
  const lost = counter(
    'clew_pinned_lost_traces_total',
    'Pinned traces that went with their day: budget (they did not fit) or disk (no room for a copy).'
  );
  return {
    pinsRemoved: (reason, count) => pins.inc({ reason }, count),
    tracesRemoved: (reason, count) => removed.inc({ reason }, count),
    tracesLost: (reason, count) => lost.inc({ reason }, count),
  };
}

/** What is pinned and kept, as of retention's last run, and how reading exemplars goes. */
export function registerPinMetrics(registry: Registry, keeper: Keeper, kept: KeptTraces, watch: ExemplarWatch): void {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  new Gauge({
    name: 'clew_pins',
    help: 'Pinned traces by kind.',
    labelNames: ['kind'],
    registers,
    collect() {
      PIN_KINDS.forEach((kind) => this.set({ kind }, keeper.pins[kind]));
    },
  });
  gauge('clew_kept_bytes', 'Bytes on disk of traces that outlived their day.', () => keeper.size.bytes);
  gauge('clew_kept_spans', 'Spans of traces that outlived their day.', () => keeper.size.spans);
  gauge('clew_kept_traces', 'Traces that outlived their day.', () => kept.count);
  if (watch.prometheus) {
    for (const [name, help, read] of [
      ['clew_exemplar_reads_total', 'Readings of the linked Prometheus.', () => watch.reads],
      ['clew_exemplar_read_failures_total', 'Those that failed.', () => watch.failedReads],
    ] as const) {
      const counter = new Counter({
        name,
        help,
        registers,
        collect() {
          counter.reset();
          counter.inc(read());
        },
      });
    }
  }
}
