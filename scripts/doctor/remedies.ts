import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';

import {
  applyChange,
  provisioningOf,
  type callerOf,
  type DatasourceChange,
  type DoctorReport,
  type Remedy,
} from '@clew/doctor';

const ABOUT_SECRETS = '# Grafana tells no secrets: where this datasource has some, keep your own secureJsonData.\n';

/** A change as a file for Grafana's provisioning. */
export function yamlOf(change: DatasourceChange, { inventory }: Pick<DoctorReport, 'inventory'>): string {
  const now = inventory.datasources.find(({ uid }) => uid === change.datasource.uid);
  return ABOUT_SECRETS + stringify(provisioningOf(change, now), { lineWidth: 0 });
}

/** What failed or was warned of, mended. */
const remediesOf = ({ results }: DoctorReport): Remedy[] =>
  results
    .flatMap(({ verdicts }) => verdicts)
    .filter(({ outcome }) => outcome === 'failed' || outcome === 'warning')
    .flatMap(({ remedy }) => remedy ?? []);

/** One change for each datasource. Of two proposals for one setting the first counts: after it the other may not be needed. */
export function changesOf(report: DoctorReport): DatasourceChange[] {
  const changes = new Map<string, DatasourceChange>();
  for (const { change } of remediesOf(report)) {
    if (change) {
      const before = changes.get(change.datasource.uid);
      changes.set(change.datasource.uid, { ...change, jsonData: { ...change.jsonData, ...before?.jsonData } });
    }
  }
  return [...changes.values()];
}

export interface AppliedChange {
  readonly datasource: string;
  /** The keys of jsonData. */
  readonly settings: readonly string[];
  readonly ok: boolean;
  readonly sentence: string;
}

/** Changes what Grafana permits. Rejects with CallFailed where it gives no answer. */
export async function applyAll(report: DoctorReport, call: ReturnType<typeof callerOf>): Promise<AppliedChange[]> {
  const applied: AppliedChange[] = [];
  for (const change of changesOf(report)) {
    const settings = Object.keys(change.jsonData);
    const { name } = change.datasource;
    const result = await applyChange(call, change);
    const sentence = result.ok ? `Changed ${settings.join(', ')} of ${name}.` : result.sentence;
    applied.push({ datasource: name, settings, ok: result.ok, sentence });
  }
  return applied;
}

/** Writes changes and pieces of configuration into a folder; answers what it wrote. Throws where it cannot write. */
export function writeFiles(report: DoctorReport, folder: string): string[] {
  const files = new Map<string, string>();
  for (const change of changesOf(report)) {
    const file = `datasource-${change.datasource.uid.replace(/[^\w-]/g, '_')}.yaml`;
    files.set(join(folder, file), yamlOf(change, report));
  }
  for (const { file } of remediesOf(report)) {
    if (file) {
      files.set(join(folder, file.name), file.text);
    }
  }
  for (const [path, text] of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return [...files.keys()];
}
