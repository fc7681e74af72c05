import { type LogLevel } from '../logLine';

const LEVELS: Readonly<Record<string, LogLevel>> = {
  emerg: 'critical',
  emergency: 'critical',
  fatal: 'critical',
  alert: 'critical',
  crit: 'critical',
  critical: 'critical',
  panic: 'critical',
  severe: 'error',
  err: 'error',
  eror: 'error',
  error: 'error',
  warn: 'warning',
  warning: 'warning',
  notice: 'info',
  info: 'info',
  information: 'info',
  informational: 'info',
  debug: 'debug',
  dbug: 'debug',
  fine: 'debug',
  verbose: 'debug',
  trace: 'trace',
  trce: 'trace',
};

/** A word, a number as pino and bunyan write it (10 to 60), or one of OpenTelemetry's (1 to 24). */
export function readLevel(text: string): LogLevel | undefined {
  const word = text.trim().toLowerCase();
  // OpenTelemetry has four steps of each: `ERROR2`.
  const known = LEVELS[word] ?? LEVELS[word.replace(/[1-4]$/, '')];
  if (known !== undefined || !/^\d{1,2}$/.test(word)) {
    return known;
  }
  const number = Number(word);
  if (number === 0) {
    return undefined;
  }
  if (number > 24 || number === 10 || number === 20) {
    return (['trace', 'debug', 'info', 'warning', 'error', 'critical'] as const)[
      Math.min(5, Math.max(0, Math.round(number / 10) - 1))
    ];
  }
  return (['trace', 'debug', 'info', 'warning', 'error', 'critical'] as const)[Math.floor((number - 1) / 4)];
}

/** Of a line that names no level: the first word in capitals that is one, near its beginning. */
export function levelInText(line: string): LogLevel | undefined {
  const found =
    /(?<![A-Za-z])(EMERG|FATAL|CRITICAL|CRIT|PANIC|SEVERE|ERROR|ERR|WARNING|WARN|NOTICE|INFO|DEBUG|TRACE)(?![A-Za-z_])/.exec(
      line.slice(0, 200)
    );
  return found ? LEVELS[found[1].toLowerCase()] : undefined;
}
