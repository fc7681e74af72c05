import { ClickHouseError, type ClickHouseClient } from '@clickhouse/client';

import { messageOf } from '../errors.ts';
import { EngineError, type ReadLimits, type SqlQuery } from './engine.ts';

/** Bounds for reads that name none: generous for a person, fatal for an accident. */
export const DEFAULT_LIMITS: Required<ReadLimits> = { seconds: 30, memoryBytes: 4 * 1024 ** 3 };

/** A statement as the client wants it: with its values beside it, or in it. */
export interface BoundQuery {
  readonly query: string;
  readonly query_params?: Record<string, unknown>;
}

export type Bind = (query: SqlQuery) => BoundQuery;

/**
 * The server answers when it knows that all went well. Without this an error in the middle of an answer comes as a
 * piece of its body, behind status 200. chdb answers so anyway.
 */
const WHOLE_ANSWER = { wait_end_of_query: 1 } as const;

/** The read side of both placements: they differ in the client and in how values are bound, not in what is asked. */
export class ClientReader {
  readonly #client: ClickHouseClient;
  readonly #bind: Bind;

  constructor(client: ClickHouseClient, bind: Bind) {
    this.#client = client;
    this.#bind = bind;
  }

  async rows<Row>({ sql, params }: SqlQuery, limits?: ReadLimits, signal?: AbortSignal): Promise<Row[]> {
    const result = await this.#client.query({
      ...this.#bind({ sql: withLimits(sql, limits), params }),
      format: 'JSONEachRow',
      clickhouse_settings: WHOLE_ANSWER,
      abort_signal: signal,
    });
    return result.json<Row>();
  }

  async bytes(
    { sql, params }: SqlQuery,
    format: 'RowBinary' | 'Native',
    limits?: ReadLimits,
    signal?: AbortSignal
  ): Promise<Buffer> {
    const result = await this.#client.exec({
      ...this.#bind({ sql: `${withLimits(sql, limits)} FORMAT ${format}`, params }),
      clickhouse_settings: WHOLE_ANSWER,
      abort_signal: signal,
    });
    const chunks: Buffer[] = [];
    for await (const chunk of result.stream) {
      chunks.push(chunk as Buffer);
    }
    return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

/** Settings stand in the statement, not in the session: the same text means the same on both placements. */
function withLimits(sql: string, limits: ReadLimits = {}): string {
  const { seconds, memoryBytes } = { ...DEFAULT_LIMITS, ...limits };
  const settings = [
    `max_execution_time = ${seconds}`,
    `max_memory_usage = ${memoryBytes}`,
    'output_format_json_quote_64bit_integers = 1',
    'output_format_json_quote_denormals = 1',
  ];
  return `${sql}\nSETTINGS ${settings.join(', ')}`;
}

export function toEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) {
    return error;
  }
  const message = messageOf(error);
  return new EngineError(message, clickhouseCode(error, message), { cause: error });
}

function clickhouseCode(error: unknown, message: string): number | undefined {
  if (error instanceof ClickHouseError) {
    return Number(error.code);
  }
  // chdb keeps the number on its own error classes, at some depth of the cause chain.
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('clickhouseCode' in cause && typeof cause.clickhouseCode === 'number') {
      return cause.clickhouseCode;
    }
  }
  const inText = /\bCode: (\d+)\b/.exec(message);
  return inText ? Number(inText[1]) : undefined;
}
