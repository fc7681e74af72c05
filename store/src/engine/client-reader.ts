import { ClickHouseError, type ClickHouseClient } from '@clickhouse/client';

import { EngineError, type ReadLimits, type SqlQuery } from './engine.ts';

/** Bounds for reads that name none: generous for a person, fatal for an accident. */
const DEFAULT_LIMITS: Required<ReadLimits> = { seconds: 30, memoryBytes: 4 * 1024 ** 3 };

/** The read side of both placements: they differ in the client, not in what is asked of it. */
export class ClientReader {
  readonly #client: ClickHouseClient;

  constructor(client: ClickHouseClient) {
    this.#client = client;
  }

  async rows<Row>(query: SqlQuery, limits?: ReadLimits): Promise<Row[]> {
    try {
      const result = await this.#client.query({
        query: withLimits(query.sql, limits),
        query_params: { ...query.params },
        format: 'JSONEachRow',
      });
      return await result.json<Row>();
    } catch (error) {
      throw toEngineError(error);
    }
  }

  async bytes(query: SqlQuery, format: 'RowBinary' | 'Native', limits?: ReadLimits): Promise<Buffer> {
    try {
      const result = await this.#client.exec({
        query: `${withLimits(query.sql, limits)} FORMAT ${format}`,
        query_params: { ...query.params },
      });
      const chunks: Buffer[] = [];
      for await (const chunk of result.stream) {
        chunks.push(chunk as Buffer);
      }
      return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    } catch (error) {
      throw toEngineError(error);
    }
  }

  async command(sql: string): Promise<void> {
    try {
      await this.#client.command({ query: sql });
    } catch (error) {
      throw toEngineError(error);
    }
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
  const message = error instanceof Error ? error.message : String(error);
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
