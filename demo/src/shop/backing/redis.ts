import { setTimeout as sleep } from 'node:timers/promises';
import { SpanKind, type Tracer } from '@opentelemetry/api';
import type { Random } from '../random.ts';
import { inSpan } from '../telemetry/span.ts';

interface RedisOptions {
  host: string;
  database: number;
  tracer: Tracer;
  random: Random;
}

/** Keys beyond this are evicted, oldest first, as `maxmemory-policy` would. */
const KEY_LIMIT = 5000;

/** A client that looks like Redis's: one CLIENT span per command, values as strings. */
export class Redis {
  private readonly options: RedisOptions;
  private readonly values = new Map<string, string>();

  constructor(options: RedisOptions) {
    this.options = options;
  }

  get(key: string): Promise<string | undefined> {
    return this.command('GET', key, '', () => this.values.get(key));
  }

  /** `seconds` as in `EX`. */
  set(key: string, value: string, seconds: number): Promise<void> {
    return this.command('SET', key, ` ? EX ${seconds}`, () => {
      this.values.set(key, value);
      const oldest = this.values.keys().next();
      if (this.values.size > KEY_LIMIT && !oldest.done) {
        this.values.delete(oldest.value);
      }
    });
  }

  del(key: string): Promise<boolean> {
    return this.command('DEL', key, '', () => this.values.delete(key));
  }

  private command<T>(name: string, key: string, rest: string, execute: () => T): Promise<T> {
    const { tracer, random, host, database } = this.options;
    return inSpan(
      tracer,
      name,
      {
        kind: SpanKind.CLIENT,
        attributes: {
          'db.system.name': 'redis',
          'db.namespace': String(database),
          'db.operation.name': name,
          'db.query.text': `${name} ${key}${rest}`,
          'server.address': host,
          'server.port': 6379,
          'network.transport': 'tcp',
        },
      },
      async () => {
        await sleep(random.latencyMs(1.2));
        return execute();
      }
    );
  }
}
