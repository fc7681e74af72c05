import { Counter, Gauge, type Registry } from 'prom-client';

export type DropReason = 'refused' | 'overtaken' | 'closing';

/** What the remote write says of itself, at `/metrics`. */
export class RemoteWriteMetrics {
  readonly #sent: Counter;
  readonly #failed: Counter<'reason'>;
  readonly #dropped: Counter<'reason'>;
  readonly #lastSuccess: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#sent = new Counter({
      name: 'clew_remote_write_sent_samples_total',
      help: 'Samples of span metrics that the receiver took.',
      registers,
    });
    this.#failed = new Counter({
      name: 'clew_remote_write_failed_requests_total',
      help: 'Requests that failed and may be tried again: unreachable, timeout, too_many (429) or server_error (5xx).',
      labelNames: ['reason'],
      registers,
    });
    this.#dropped = new Counter({
      name: 'clew_remote_write_dropped_samples_total',
      help: 'Samples given up: refused by the receiver (4xx), overtaken by newer ones, or left at the end (closing).',
      labelNames: ['reason'],
      registers,
    });
    this.#lastSuccess = new Gauge({
      name: 'clew_remote_write_last_success_seconds',
      help: 'Unix time at which the receiver last took a request; 0 before the first.',
      registers,
    });
    for (const reason of ['refused', 'overtaken', 'closing'] satisfies DropReason[]) {
      this.#dropped.inc({ reason }, 0);
    }
  }

  sent(samples: number): void {
    this.#sent.inc(samples);
    this.#lastSuccess.set(Date.now() / 1000);
  }

  failed(reason: string): void {
    this.#failed.inc({ reason });
  }

  dropped(reason: DropReason, samples: number): void {
    this.#dropped.inc({ reason }, samples);
  }
}
