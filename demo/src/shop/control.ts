import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { SCENARIOS, findScenario } from './scenarios.ts';
import { asError } from './telemetry/span.ts';

/** What the control port shows and does. */
export interface Controls {
  scenario(): string;
  setScenario(name: string): void;
  metrics(): Promise<{ contentType: string; body: string }>;
  stats(): unknown;
  ledger(): unknown;
  /** Ends the load, waits until the shop is still and everything was sent. */
  drain(): Promise<unknown>;
}

type Answer = { status: number; contentType: string; body: string };

/**
 * The shop's own port: `/metrics` for Prometheus, `/scenario` to start and end incidents, `/ledger` and `/drain` for
 * whoever checks a run. None of it is traced.
 */
export function createControlServer(controls: Controls): Server {
  return createServer((request, response) => {
    respond(controls, request)
      .catch((thrown) => json(500, { error: asError(thrown).message }))
      .then((answer) => write(response, answer))
      .catch(() => response.destroy());
  });
}

async function respond(controls: Controls, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://control');
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /ready':
      return json(200, { ready: true });
    case 'GET /metrics': {
      const { contentType, body } = await controls.metrics();
      return { status: 200, contentType, body };
    }
    case 'GET /scenarios':
      return json(200, {
        current: controls.scenario(),
        scenarios: SCENARIOS.map(({ name, description }) => ({ name, description })),
      });
    case 'GET /scenario':
      return json(200, { scenario: controls.scenario() });
    case 'POST /scenario': {
      const name = url.searchParams.get('name') ?? (await nameFromBody(request));
      if (!name || !findScenario(name)) {
        const names = SCENARIOS.map((scenario) => scenario.name).join(', ');
        return json(400, { error: `name: ${name ? `there is no scenario "${name}"` : 'missing'}; one of ${names}` });
      }
      controls.setScenario(name);
      return json(200, { scenario: name });
    }
    case 'GET /stats':
      return json(200, controls.stats());
    case 'GET /ledger':
      return json(200, controls.ledger());
    case 'POST /drain':
      return json(200, await controls.drain());
    default:
      return json(404, { error: `no route for ${request.method} ${url.pathname}` });
  }
}

/** `{"name": "…"}`, or the bare name. */
async function nameFromBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > 1024) {
      return '';
    }
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'name' in value ? String(value.name) : '';
  } catch {
    return text.trim();
  }
}

function json(status: number, value: unknown): Answer {
  return { status, contentType: 'application/json', body: `${JSON.stringify(value)}\n` };
}

function write(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { 'content-type': answer.contentType });
  response.end(answer.body);
}
