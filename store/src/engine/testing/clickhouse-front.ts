/**
 * A ClickHouse server for tests: its HTTP interface, as far as `@clickhouse/client` uses it, in front of the embedded
 * engine. Statements run as they came. Two things are not the engine's: the body of `INSERT … FORMAT Native` goes by way
 * of a file (docs/adr/0002-engine.md), and parameters and settings of the URL are set in a session made for the request.
 *
 * It also misbehaves when told to (`Fault`).
 */
import { drainPending, Session } from 'chdb';
import { mkdirSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

import { messageOf } from '../../errors.ts';
import { quote, withRawParameters } from '../literal.ts';

export interface FrontOptions {
  /** Folder of the data. */
  readonly path: string;
  readonly user: string;
  readonly password: string;
}

/** What happens to requests, until told otherwise. */
export type Fault =
  /** Answers as ClickHouse does when it has lost its Keeper. */
  | 'refuse'
  /** Takes requests and never answers. */
  | 'hang'
  /** Runs inserts and ends the connection instead of answering. */
  | 'drop-after-insert'
  /** Runs inserts and says, behind status 200, that they failed. */
  | 'late-error'
  /** Ends the connection of every second request unread, as a server does that closes a kept connection. */
  | 'reset';

/** What a request asked for. */
export interface SeenRequest {
  readonly method: string;
  readonly statement: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly encoding: 'url' | 'multipart';
}

interface Statement {
  readonly text: string;
  /** Names without `param_`, values as they came. */
  readonly parameters: ReadonlyArray<readonly [string, string]>;
  readonly settings: ReadonlyArray<readonly [string, string]>;
  readonly format: string;
  readonly wholeAnswer: boolean;
  readonly data: Buffer | undefined;
  readonly encoding: SeenRequest['encoding'];
}

/** Parameters of the URL that are no settings. */
const NO_SETTINGS = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'session_id',
  'role',
  'user',
  'password',
]);
/** Settings that the HTTP handler knows and the engine does not. */
const HTTP_SETTINGS = new Set(['wait_end_of_query', 'buffer_size', 'http_write_exception_in_output_format']);
/** As ClickHouse's `http_max_uri_size`. */
const MAX_URI_BYTES = 1024 ** 2;
const KEEP_ALIVE_MS = 10_000;
const EXCEPTION = /Code: (\d+)\. DB::Exception/;
/** ErrorCodes.cpp to status as ClickHouse's HTTPHandler has it; anything else is 500. */
const STATUS: Readonly<Record<number, number>> = {
  516: 403,
  193: 403,
  497: 403,
  47: 404,
  60: 404,
  81: 404,
  62: 400,
  159: 408,
  241: 500,
};

export class ClickHouseFront {
  readonly server: Server;
  readonly #options: FrontOptions;
  readonly #staging: string;
  /** Holds the engine open while no request does. */
  readonly #session: Session;
  readonly #sockets = new Set<Socket>();
  readonly #seen: SeenRequest[] = [];
  #fault: Fault | undefined;
  #requests = 0;

  constructor(options: FrontOptions) {
    this.#options = options;
    this.#staging = `${options.path}.staging`;
    rmSync(this.#staging, { recursive: true, force: true });
    mkdirSync(this.#staging, { recursive: true });
    this.#session = new Session(options.path);
    this.server = createServer(
      { maxHeaderSize: MAX_URI_BYTES, keepAliveTimeout: KEEP_ALIVE_MS },
      (request, response) => {
        this.#answer(request, response).catch((error: unknown) => fail(response, String(error)));
      }
    );
    this.server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  set fault(fault: Fault | undefined) {
    this.#fault = fault;
  }

  /** Statements since the last call. */
  takeSeen(): SeenRequest[] {
    return this.#seen.splice(0);
  }

  async close(): Promise<void> {
    this.server.close();
    this.#sockets.forEach((socket) => socket.destroy());
    this.#session.close();
    await drainPending();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://front');
    const fault = this.#fault;
    const number = this.#requests++;
    if (fault === 'reset' && number % 2 === 0) {
      request.socket.resetAndDestroy();
      return;
    }
    if (url.pathname === '/ping') {
      response.end('Ok.\n');
      return;
    }
    // Read whole before anything else, as for a server that reads while it works.
    const body = await buffer(request);
    if (fault === 'hang') {
      return;
    }
    if (!this.#allowed(request, url)) {
      fail(
        response,
        'Code: 516. DB::Exception: default: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)'
      );
      return;
    }
    if (fault === 'refuse') {
      fail(response, 'Code: 999. Coordination::Exception. DB::Exception: Session expired. (KEEPER_EXCEPTION)');
      return;
    }
    const statement = await readStatement(url, body, request.headers['content-type']);
    this.#seen.push({
      method: request.method ?? '',
      statement: statement.text,
      parameters: Object.fromEntries(statement.parameters),
      encoding: statement.encoding,
    });
    const session = new Session(this.#options.path);
    try {
      await this.#run(session, statement, url.searchParams.get('database') ?? 'default', response, fault);
    } catch (error) {
      fail(response, messageOf(error));
    } finally {
      session.close();
    }
  }

  async #run(
    session: Session,
    { text, parameters, settings, format, wholeAnswer, data }: Statement,
    database: string,
    response: ServerResponse,
    fault: Fault | undefined
  ): Promise<void> {
    if (database !== 'default') {
      await session.queryAsync(`USE \`${database.replaceAll('`', '')}\``);
    }
    const set = settings.map(([name, value]) => `SET ${name} = ${quote(value)}`).join('; ');
    if (set !== '') {
      await session.queryAsync(set);
    }
    const sql = withRawParameters(text, parameters);
    if (data !== undefined) {
      await this.#insert(session, sql, data);
      if (fault === 'drop-after-insert') {
        response.socket?.resetAndDestroy();
        return;
      }
      response.setHeader('X-ClickHouse-Summary', '{}');
      response.end(
        fault === 'late-error' ? 'Code: 243. DB::Exception: Cannot reserve 1.00 MiB. (NOT_ENOUGH_SPACE)\n' : ''
      );
      return;
    }
    response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
    response.setHeader('X-ClickHouse-Summary', '{}');
    if (wholeAnswer || !/^\s*(SELECT|WITH)\b/i.test(text)) {
      response.end((await session.queryAsync(sql, { format })).bytes());
      return;
    }
    await stream(session, sql, format, response);
  }

  /** The statement with its data in a file; nothing else of it changes. */
  async #insert(session: Session, sql: string, data: Buffer): Promise<void> {
    const head = /^(\s*INSERT\s+INTO\s+\S+\s*\([^)]*\))([\s\S]*)$/i.exec(sql);
    if (!head) {
      throw new Error(
        'Code: 48. DB::Exception: This test server inserts `INSERT INTO table (columns) … FORMAT …` alone. (NOT_IMPLEMENTED)'
      );
    }
    const file = join(this.#staging, `block-${this.#requests}`);
    await writeFile(file, data);
    try {
      await session.queryAsync(`${head[1]} FROM INFILE ${quote(file)}${head[2]}`);
    } finally {
      await rm(file, { force: true });
    }
  }

  #allowed(request: IncomingMessage, { searchParams }: URL): boolean {
    const { authorization } = request.headers;
    const given = authorization?.startsWith('Basic ')
      ? Buffer.from(authorization.slice('Basic '.length), 'base64').toString()
      : `${request.headers['x-clickhouse-user'] ?? searchParams.get('user') ?? 'default'}:${request.headers['x-clickhouse-key'] ?? searchParams.get('password') ?? ''}`;
    return given === `${this.#options.user}:${this.#options.password}`;
  }
}

/** Where a statement stands decides what the body is: with `query` in the URL it is data, else it is the statement. */
async function readStatement({ searchParams }: URL, body: Buffer, contentType: string | undefined): Promise<Statement> {
  const all: Array<readonly [string, string]> = [...searchParams];
  let text = searchParams.get('query') ?? '';
  let data: Buffer | undefined = body;
  const multipart = contentType?.startsWith('multipart/form-data') ?? false;
  if (multipart) {
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': contentType ?? '' },
    }).formData();
    form.forEach((value, name) => all.push([name, String(value)]));
    text = String(form.get('query') ?? '');
    data = undefined;
  } else if (body.length > 0 && text === '') {
    text = body.toString();
    data = undefined;
  } else if (!/^\s*INSERT\b/i.test(text)) {
    data = undefined;
  }
  const parameters = all.filter(([name]) => name.startsWith('param_'));
  const settings = all.filter(([name]) => !name.startsWith('param_') && !NO_SETTINGS.has(name));
  return {
    text,
    parameters: parameters.map(([name, value]) => [name.slice('param_'.length), value]),
    settings: settings.filter(([name]) => !HTTP_SETTINGS.has(name)),
    format: searchParams.get('default_format') ?? 'TabSeparated',
    wholeAnswer: searchParams.get('wait_end_of_query') === '1',
    data,
    encoding: multipart ? 'multipart' : 'url',
  };
}

/** Rows as they come. An error after the first of them ends the connection in the middle of the answer. */
async function stream(session: Session, sql: string, format: string, response: ServerResponse): Promise<void> {
  const settings = sql.lastIndexOf('SET param_') === 0 ? sql.indexOf(';\n') + 2 : 0;
  if (settings > 0) {
    await session.queryAsync(sql.slice(0, settings));
  }
  const chunks = session.queryStream(sql.slice(settings), { format });
  try {
    for await (const chunk of chunks) {
      response.write(chunk.raw());
    }
    response.end();
  } catch (error) {
    if (!response.headersSent) {
      throw error;
    }
    response.destroy();
  }
}

function fail(response: ServerResponse, message: string): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const code = Number(EXCEPTION.exec(message)?.[1] ?? /Code: (\d+)/.exec(message)?.[1] ?? 1002);
  response.writeHead(STATUS[code] ?? 500, {
    'X-ClickHouse-Exception-Code': String(code),
    'Content-Type': 'text/plain',
  });
  response.end(`${message} (version 26.7.3 (test))\n`);
}
