import { styleText } from 'node:util';

import { type Area, type CheckResult, type DoctorReport, type Outcome, type Verdict } from '@clew/doctor';

import { yamlOf, type AppliedChange } from './remedies.ts';

const AREAS: Readonly<Record<Area, string>> = {
  store: 'Store',
  metrics: 'Metrics to traces',
  logs: 'Logs to traces',
  'traces-to-logs': 'Traces to logs',
  'traces-to-metrics': 'Traces to metrics',
  grafana: 'Grafana',
};

const COLOURS: Readonly<Record<Outcome, Parameters<typeof styleText>[0]>> = {
  ok: 'green',
  warning: 'yellow',
  failed: 'red',
  unknown: 'magenta',
  skipped: 'gray',
};

const MARK_WIDTH = 8;

/** Prints each area once all of it is known, in their order. */
export class AreaPrinter {
  readonly #waiting: Map<Area, { checks: readonly string[]; results: Map<string, CheckResult> }>;
  readonly #write: (text: string) => void;
  readonly #inColour: boolean;
  readonly #printed = new Set<string>();
  readonly #inventory: () => Pick<DoctorReport, 'inventory'> | undefined;

  constructor(
    checks: ReadonlyArray<Pick<CheckResult, 'id' | 'area'>>,
    write: (text: string) => void,
    inColour: boolean,
    inventory: () => Pick<DoctorReport, 'inventory'> | undefined
  ) {
    this.#write = write;
    this.#inColour = inColour;
    this.#inventory = inventory;
    const areas = Object.keys(AREAS) as Area[];
    this.#waiting = new Map(
      areas.map((area) => [
        area,
        { checks: checks.filter((check) => check.area === area).map(({ id }) => id), results: new Map() },
      ])
    );
  }

  add(result: CheckResult): void {
    this.#waiting.get(result.area)?.results.set(result.id, result);
    for (const [area, { checks, results }] of this.#waiting) {
      if (results.size < checks.length) {
        return;
      }
      this.#waiting.delete(area);
      if (checks.length > 0) {
        this.#write(`${this.#styled('bold', AREAS[area])}\n`);
        checks.flatMap((id) => results.get(id) ?? []).forEach((one) => this.#write(this.#check(one)));
        this.#write('\n');
      }
    }
  }

  #check({ title, outcome, verdicts }: CheckResult): string {
    const mark = this.#styled(COLOURS[outcome], outcome.padEnd(MARK_WIDTH));
    return [`  ${mark} ${title}`, ...verdicts.flatMap((verdict) => this.#verdict(verdict, verdicts.length > 1))]
      .map((line) => `${line.trimEnd()}\n`)
      .join('');
  }

  #verdict({ outcome, sentence, evidence, remedy }: Verdict, isOneOfSeveral: boolean): string[] {
    const indent = ' '.repeat(MARK_WIDTH + 3);
    const mark = isOneOfSeveral && outcome !== 'ok' ? `${this.#styled(COLOURS[outcome], outcome)}: ` : '';
    const lines = [`${indent}${mark}${sentence}`];
    if (outcome === 'ok') {
      return lines;
    }
    lines.push(...(evidence ?? []).map((line) => this.#styled('dim', `${indent}  | ${line}`)));
    // What is skipped asks for nothing; its remedy is in the JSON.
    if (!remedy || outcome === 'skipped') {
      return lines;
    }
    const report = this.#inventory();
    const yaml = remedy.change && report ? yamlOf(remedy.change, report) : undefined;
    const isRepeated = yaml !== undefined && this.#printed.has(yaml);
    this.#printed.add(yaml ?? '');
    const file = (text: string) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => `${indent}    ${line}`);
    return [
      ...lines,
      `${indent}Remedy: ${remedy.summary}`,
      ...(remedy.steps ?? []).map((step) => `${indent}  - ${step}`),
      ...(isRepeated ? [`${indent}  The file is the same as above.`] : []),
      ...(yaml === undefined || isRepeated ? [] : [`${indent}  provisioning/datasources:`, ...file(yaml)]),
      ...(remedy.file ? [`${indent}  ${remedy.file.name}:`, ...file(remedy.file.text)] : []),
    ];
  }

  #styled(style: Parameters<typeof styleText>[0], text: string): string {
    return this.#inColour ? styleText(style, text, { validateStream: false }) : text;
  }
}

export type Counts = Readonly<Record<Outcome, number>>;

export function countsOf({ results }: DoctorReport): Counts {
  const counts: Record<Outcome, number> = { ok: 0, warning: 0, failed: 0, unknown: 0, skipped: 0 };
  for (const { outcome } of results) {
    counts[outcome] += 1;
  }
  return counts;
}

/** 0 nothing failed, 1 something failed, 2 something is unknown. */
export function exitCodeOf({ failed, unknown }: Counts): 0 | 1 | 2 {
  if (failed > 0) {
    return 1;
  }
  return unknown > 0 ? 2 : 0;
}

/** `28 checks in 1.2 s: 26 ok, 1 warning, 1 skipped.` */
export function closingLine(report: DoctorReport): string {
  const counts = Object.entries(countsOf(report)).filter(([, count]) => count > 0);
  const seconds = (report.durationMs / 1000).toFixed(1);
  return `${report.results.length} checks in ${seconds} s: ${counts.map(([outcome, count]) => `${count} ${outcome}`).join(', ')}.\n`;
}

/** Everything that was found: docs/doctor.md describes it. */
export function jsonOf(
  report: DoctorReport,
  run: { readonly grafana: string; readonly lookBackMs: number; readonly applied: readonly AppliedChange[] | undefined }
): object {
  const counts = countsOf(report);
  const { grafana, lookBackMs, applied } = run;
  return {
    ...{ grafana, lookBackMs, durationMs: report.durationMs, outcome: report.outcome },
    exitCode: exitCodeOf(counts),
    store: report.store ? { uid: report.store.uid, name: report.store.name } : null,
    counts,
    checks: report.results.map((result) => ({
      ...result,
      verdicts: result.verdicts.map(({ remedy, ...verdict }) => ({
        ...verdict,
        ...(remedy && { remedy: remedyJson(remedy, report) }),
      })),
    })),
    ...(applied && { applied }),
  };
}

function remedyJson({ change, ...rest }: NonNullable<Verdict['remedy']>, report: DoctorReport): object {
  if (!change) {
    return rest;
  }
  const { uid, name, type } = change.datasource;
  return {
    ...rest,
    change: { datasource: { uid, name, type }, jsonData: change.jsonData },
    yaml: yamlOf(change, report),
  };
}
