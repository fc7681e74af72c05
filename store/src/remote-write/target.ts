import { ConfigError, type Config } from '../config.ts';
import { messageOf } from '../errors.ts';

/** Where span metrics are sent. */
export interface RemoteWriteTarget {
  /** Without user and password. */
  readonly url: string;
  /** Those of the options and of authentication, by name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly intervalMs: number;
}

type RemoteWriteConfig = Pick<
  Config,
  'spanMetrics' | 'remoteWriteUrl' | 'remoteWriteToken' | 'remoteWriteHeaders' | 'remoteWriteSeconds'
>;

/** Undefined where nothing is to be sent. Throws ConfigError, with everything that is wrong. */
export function readRemoteWriteTarget(config: RemoteWriteConfig): RemoteWriteTarget | undefined {
  const { spanMetrics, remoteWriteUrl, remoteWriteToken, remoteWriteHeaders, remoteWriteSeconds } = config;
  if (remoteWriteUrl === '') {
    return undefined;
  }
  const problems: string[] = [];
  if (!spanMetrics) {
    problems.push('CLEW_REMOTE_WRITE_URL: there is nothing to send while CLEW_SPAN_METRICS is off');
  }
  const url = URL.parse(remoteWriteUrl);
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    // Not the value: it may hold a password.
    problems.push(
      "CLEW_REMOTE_WRITE_URL: give the whole address of the receiver, as http://prometheus:9090/api/v1/write for Prometheus'"
    );
  }
  const headers = readHeaders(remoteWriteHeaders, problems);
  const user = url?.username ?? '';
  if (user !== '' && remoteWriteToken !== '') {
    problems.push('CLEW_REMOTE_WRITE_TOKEN: leave it out, or the user in CLEW_REMOTE_WRITE_URL');
  } else if (remoteWriteToken !== '') {
    try {
      headers.set('authorization', `Bearer ${remoteWriteToken}`);
    } catch {
      problems.push('CLEW_REMOTE_WRITE_TOKEN: it has letters that no header can have');
    }
  } else if (url && user !== '') {
    try {
      const pair = `${decodeURIComponent(user)}:${decodeURIComponent(url.password)}`;
      headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`);
    } catch {
      problems.push('CLEW_REMOTE_WRITE_URL: user and password have to be percent-encoded: %25 for a percent sign');
    }
  }
  if (problems.length > 0 || !url) {
    throw new ConfigError(problems);
  }
  url.username = '';
  url.password = '';
  return { url: url.href, headers: Object.fromEntries(headers), intervalMs: remoteWriteSeconds * 1000 };
}

/** `name=value,name=value` with values percent-encoded, as OTEL_EXPORTER_OTLP_HEADERS has them. */
function readHeaders(text: string, problems: string[]): Headers {
  const headers = new Headers();
  for (const pair of text.split(',').filter((part) => part.trim() !== '')) {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, Math.max(equals, 0)).trim();
    try {
      if (name === '') {
        throw new Error(`"${pair.trim()}" is no name=value`);
      }
      headers.append(name, decodeURIComponent(pair.slice(equals + 1).trim()));
    } catch (error) {
      problems.push(
        `CLEW_REMOTE_WRITE_HEADERS: ${messageOf(error)}; give name=value,name=value, with %2C for a comma in a value`
      );
    }
  }
  return headers;
}
