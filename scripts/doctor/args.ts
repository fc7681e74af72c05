import { parseArgs } from 'node:util';

export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

export interface DoctorArgs {
  /** Without a slash at its end. */
  readonly grafana: string;
  /** The value of the header Authorization; undefined to ask as nobody. */
  readonly authorization: string | undefined;
  readonly storeUid: string | undefined;
  readonly lookBackMs: number;
  readonly asJson: boolean;
  /** The folder for the files that mend what was found. */
  readonly yamlFolder: string | undefined;
  readonly apply: boolean;
}

export const HELP = `Tests the whole way between metrics, traces and logs in a Grafana with Clew, and says what is broken and how it is mended.

usage: npm run doctor -- --grafana URL [options]

  --grafana URL      Grafana's address, with its sub path if it has one (or GRAFANA_URL)
  --token TOKEN      of a service account; better as GRAFANA_TOKEN, which no list of processes shows
  --user NAME:PASS   instead of a token
  --store UID        the Clew datasource, where there are several (default: the default one, else the first)
  --since 1h         how far back data is looked for: 90s, 15m, 6h, 2d (default 1h)
  --json             everything as one JSON document
  --yaml DIR         write what mends it as files into DIR
  --apply            change the settings of datasources, as proposed, where Grafana permits; asks nothing
  --help             this page

Exit code: 0 nothing failed, 1 something failed, 2 something could not be tested and nothing failed, or it could not run.
docs/doctor.md lists the checks. A token wants the role Admin to see and change all settings; a Viewer's sees less.
`;

const OPTIONS = {
  grafana: { type: 'string' },
  token: { type: 'string' },
  user: { type: 'string' },
  store: { type: 'string' },
  since: { type: 'string' },
  json: { type: 'boolean' },
  yaml: { type: 'string' },
  apply: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** `help` where it is asked for. Throws ArgumentError, which names the argument and what to give. */
export function parseDoctorArgs(args: readonly string[], env: NodeJS.ProcessEnv): DoctorArgs | 'help' {
  const values = read(args);
  if (values.help) {
    return 'help';
  }
  const token = values.token ?? (values.user === undefined ? env.GRAFANA_TOKEN : undefined);
  if (values.token !== undefined && values.user !== undefined) {
    throw new ArgumentError('--token and --user are both given: give one of them.');
  }
  return {
    grafana: grafanaUrl(values.grafana ?? env.GRAFANA_URL),
    authorization: authorization(token, values.user),
    storeUid: given('--store', values.store, 'the uid of a datasource'),
    lookBackMs: values.since === undefined ? 3_600_000 : lookBack(values.since),
    asJson: values.json ?? false,
    yamlFolder: given('--yaml', values.yaml, 'a folder'),
    apply: values.apply ?? false,
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new ArgumentError(`${message}. --help lists what there is.`, { cause: error });
  }
}

function grafanaUrl(value: string | undefined): string {
  if (value === undefined || value === '') {
    throw new ArgumentError('--grafana is missing: give the address of Grafana, such as http://localhost:3000.');
  }
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new ArgumentError(`--grafana ${value} is no address: give one that begins with http:// or https://.`);
  }
  if (url.username || url.password) {
    throw new ArgumentError('--grafana has a name or a password in it: give them with --user.');
  }
  if (url.search || url.hash) {
    throw new ArgumentError(`--grafana ${value} is the address of a page: give that of Grafana, without ? and #.`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function authorization(token: string | undefined, user: string | undefined): string | undefined {
  if (user !== undefined) {
    if (!/^[^:]+:./.test(user)) {
      throw new ArgumentError('--user is no name and password: give them with a colon between, such as admin:secret.');
    }
    return `Basic ${Buffer.from(user).toString('base64')}`;
  }
  const trimmed = given('--token', token, 'a service account’s token')?.trim();
  if (trimmed !== undefined && /[^\x21-\x7e]/.test(trimmed)) {
    throw new ArgumentError('--token has blanks or other characters that no token has: give it as Grafana showed it.');
  }
  return trimmed === undefined ? undefined : `Bearer ${trimmed}`;
}

function given(option: string, value: string | undefined, what: string): string | undefined {
  if (value?.trim() === '') {
    throw new ArgumentError(`${option} is empty: give ${what}, or leave it out.`);
  }
  return value;
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const MIN_MS = 60_000;
const MAX_MS = 30 * 86_400_000;

function lookBack(value: string): number {
  const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(value) ?? [];
  const ms = Number(number) * (UNITS[unit] ?? Number.NaN);
  if (!(ms >= MIN_MS && ms <= MAX_MS)) {
    throw new ArgumentError(
      `--since ${value} is no time: give a number with s, m, h or d, from 1m to 30d, such as 6h.`
    );
  }
  return ms;
}
