import { setTimeout as sleep } from 'node:timers/promises';
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Context,
  type Link,
  type Tracer,
} from '@opentelemetry/api';
import type { Faults } from '../faults.ts';
import type { JsonObject } from '../net/json.ts';
import type { Random } from '../random.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { inSpan } from '../telemetry/span.ts';

/** The producer's `max.block.ms`: how long a publish waits for the leader before the record is dropped. */
const MAX_BLOCK_MS = 2600;
/** How long a group collects messages before it takes them (`fetch.max.wait.ms`). */
const FETCH_WAIT_MS = 60;

export interface Message {
  id: string;
  offset: number;
  /** Carries the producer's context, as W3C headers. */
  headers: Record<string, string>;
  body: JsonObject;
}

interface Group {
  topic: string;
  group: string;
  queue: Message[];
  batchSize: number;
  deliver: (messages: Message[]) => Promise<void>;
  draining: Promise<void> | undefined;
}

/** A broker with topics and consumer groups, in memory. Its clients wait as those of a real one do. */
export class Broker {
  readonly address = 'broker-0';
  private readonly groups: Group[] = [];
  private offset = 0;

  depths(): Array<{ topic: string; group: string; messages: number }> {
    return this.groups.map(({ topic, group, queue }) => ({ topic, group, messages: queue.length }));
  }

  append(topic: string, message: Omit<Message, 'offset'>): number {
    const offset = this.offset++;
    for (const group of this.groups.filter((candidate) => candidate.topic === topic)) {
      group.queue.push({ ...message, offset });
      group.draining ??= this.drain(group).finally(() => {
        group.draining = undefined;
      });
    }
    return offset;
  }

  /** Hands messages to `deliver`, at most `batchSize` at a time, in order. */
  subscribe(topic: string, group: string, batchSize: number, deliver: Group['deliver']): void {
    this.groups.push({ topic, group, batchSize, deliver, queue: [], draining: undefined });
  }

  /** Resolves when every message has been processed. */
  async idle(): Promise<void> {
    for (const group of this.groups) {
      while (group.draining) {
        await group.draining;
      }
    }
  }

  private async drain(group: Group): Promise<void> {
    while (group.queue.length > 0) {
      // The consumer has no part in the publisher's trace but through the message.
      await context.with(ROOT_CONTEXT, async () => {
        await sleep(FETCH_WAIT_MS);
        await group.deliver(group.queue.splice(0, group.batchSize));
      });
    }
  }
}

interface BrokerClientOptions {
  service: string;
  tracer: Tracer;
  random: Random;
  metrics: Metrics;
  faults: Readonly<Faults>;
  broker: Broker;
}

/** A service's client of the broker, with PRODUCER and CONSUMER spans. */
export class BrokerClient {
  private readonly options: BrokerClientOptions;

  constructor(options: BrokerClientOptions) {
    this.options = options;
  }

  /**
   * Publishes with no delivery callback: resolves when the client is done with the record, whatever came of it.
   * That is what fire-and-forget means, and why a lost message leaves no error.
   */
  publishAndForget(topic: string, body: JsonObject): Promise<void> {
    const { service, tracer, random, metrics, faults, broker } = this.options;
    const id = random.hex(16);
    return inSpan(
      tracer,
      `send ${topic}`,
      {
        kind: SpanKind.PRODUCER,
        attributes: {
          ...this.attributes(topic, 'send'),
          'messaging.message.id': id,
          'messaging.message.body.size': Buffer.byteLength(JSON.stringify(body)),
          'messaging.destination.partition.id': '0',
        },
      },
      async (span) => {
        metrics.countSent(service, topic);
        const headers: Record<string, string> = {};
        propagation.inject(context.active(), headers);
        if (!faults.brokerReachable) {
          await sleep(MAX_BLOCK_MS);
          return;
        }
        await sleep(random.latencyMs(6));
        span.setAttribute('messaging.kafka.offset', broker.append(topic, { id, headers, body }));
      }
    );
  }

  /** One CONSUMER span per message: child of the producer's span, and linked to it. */
  consume(topic: string, group: string, process: (message: Message) => Promise<void>): void {
    const { broker } = this.options;
    broker.subscribe(topic, group, 1, async ([message]) => {
      const parent = propagation.extract(ROOT_CONTEXT, message.headers);
      await this.processing(
        topic,
        group,
        [message],
        parent,
        { 'messaging.message.id': message.id, 'messaging.kafka.offset': message.offset },
        () => process(message)
      );
    });
  }

  /** One CONSUMER span per batch: a trace of its own, linked to each message's producer. */
  consumeBatches(
    topic: string,
    group: string,
    batchSize: number,
    process: (messages: readonly Message[]) => Promise<void>
  ): void {
    this.options.broker.subscribe(topic, group, batchSize, (messages) =>
      this.processing(topic, group, messages, ROOT_CONTEXT, { 'messaging.batch.message_count': messages.length }, () =>
        process(messages)
      )
    );
  }

  private async processing(
    topic: string,
    group: string,
    messages: readonly Message[],
    parent: Context,
    attributes: Record<string, string | number>,
    work: () => Promise<void>
  ): Promise<void> {
    const { service, tracer, metrics } = this.options;
    const started = performance.now();
    await inSpan(
      tracer,
      `process ${topic}`,
      {
        kind: SpanKind.CONSUMER,
        links: messages.flatMap(linkTo),
        attributes: {
          ...this.attributes(topic, 'process'),
          'messaging.consumer.group.name': group,
          ...attributes,
        },
      },
      async () => {
        await work();
        metrics.observeProcessed(service, topic, group, messages.length, (performance.now() - started) / 1000);
      },
      parent
    ).catch(() => {
      // The span says what went wrong; the group goes on with the next message.
    });
  }

  private attributes(topic: string, operation: 'send' | 'process'): Record<string, string | number> {
    return {
      'messaging.system': 'kafka',
      'messaging.destination.name': topic,
      'messaging.operation.name': operation,
      'messaging.operation.type': operation,
      'messaging.client.id': `${this.options.service}-1`,
      'server.address': this.options.broker.address,
      'server.port': 9092,
    };
  }
}

function linkTo(message: Message): Link[] {
  const spanContext = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, message.headers));
  return spanContext ? [{ context: spanContext, attributes: { 'messaging.message.id': message.id } }] : [];
}
