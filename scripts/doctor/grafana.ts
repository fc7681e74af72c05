import type { GrafanaTransport } from '@clew/doctor';

/** Grafana's HTTP API from outside, as whoever the header `authorization` says. */
export function nodeTransport(grafana: string, authorization: string | undefined): GrafanaTransport {
  return async ({ method, path, params, body }, timeoutMs) => {
    const url = new URL(`${grafana}${path}`);
    for (const [name, value] of Object.entries(params ?? {})) {
      url.searchParams.set(name, String(value));
    }
    const answer = await fetch(url, {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        accept: 'application/json',
        ...(authorization !== undefined && { authorization }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    }).catch((error: unknown) => {
      throw explained(error);
    });
    return { status: answer.status, data: parsed(await answer.text()) };
  };
}

/** `fetch failed` says nothing: its cause does. */
function explained(error: unknown): unknown {
  if (error instanceof Error && error.name !== 'TimeoutError' && error.cause instanceof Error) {
    const { code } = error.cause as NodeJS.ErrnoException;
    return new Error(error.cause.message || code || error.message, { cause: error });
  }
  return error;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
