import type { Tracer } from '@opentelemetry/api';
import { BrokerClient, type Broker } from './backing/broker.ts';
import { Postgres } from './backing/postgres.ts';
import { Redis } from './backing/redis.ts';
import type { Faults } from './faults.ts';
import { HttpClient, type Directory } from './net/http-client.ts';
import { HttpServer } from './net/http-server.ts';
import { createRandom, type Random } from './random.ts';
import { createLogger, type Logger, type LogSink } from './telemetry/logs.ts';
import type { Metrics } from './telemetry/metrics.ts';
import type { ServiceDefinition } from './topology.ts';

export interface ServiceParts {
  definition: ServiceDefinition;
  tracer: Tracer;
  metrics: Metrics;
  logSinks: readonly LogSink[];
  faults: Readonly<Faults>;
  broker: Broker;
  directory: Directory;
  seed: number;
}

/** What every service is made of; the files in `services/` put routes on it. */
export interface Service {
  name: string;
  tracer: Tracer;
  log: Logger;
  faults: Readonly<Faults>;
  random: Random;
  server: HttpServer;
  client: HttpClient;
  broker: BrokerClient;
  postgres(database: string): Postgres;
  redis(database: number): Redis;
}

export function createService(parts: ServiceParts): Service {
  const { definition, tracer, metrics, logSinks, faults, seed } = parts;
  const { name, version } = definition;
  const random = createRandom(seed, name);
  const log = createLogger(name, logSinks);
  return {
    name,
    tracer,
    log,
    faults,
    random,
    server: new HttpServer(name, tracer, log, metrics),
    client: new HttpClient(name, version, tracer, parts.directory),
    broker: new BrokerClient({ service: name, tracer, random, metrics, faults, broker: parts.broker }),
    postgres: (database) =>
      new Postgres({
        host: `postgres-${name}`,
        database,
        tracer,
        random,
        log: createLogger(`postgres-${name}`, logSinks),
      }),
    redis: (database) => new Redis({ host: `redis-${name}`, database, tracer, random }),
  };
}
