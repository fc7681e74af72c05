/**
 * `npm run package [-- --no-build] [-- --tag v1.2.3] [-- --out artifacts]`: the plugin as the zip that Grafana installs, and
 * the store as a tar, each with checksums. Same input, same bytes. docs/publish.md says more.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { tarGz, zip, type ReleaseDate } from './package/archives.ts';
import { readFolder, type PackedFile } from './package/files.ts';
import { PackageError } from './package/package-error.ts';
import { isPluginJson, PLUGIN_ID, type PluginJson } from './package/plugin-json.ts';
import { catalogueReadme, type Repository } from './package/readme.ts';
import { problemsOf } from './package/release-checks.ts';
import { sign } from './package/sign.ts';
import { storeFiles } from './package/store-files.ts';

const ROOT = resolve(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const CHECKSUMS = ['md5', 'sha1', 'sha256'] as const;

const say = (line: string) => process.stdout.write(`${line}\n`);
const json = <Body>(path: string): Body => JSON.parse(readFileSync(path, 'utf8')) as Body;

function build(): void {
  const { status } = spawnSync('npm', ['run', 'build'], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) {
    throw new PackageError('The build failed.');
  }
}

/**
 * The date that the archives carry: SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/), else that
 * of the commit, else the day of the build.
 */
function releaseDate(built: PluginJson): ReleaseDate {
  const epoch = process.env.SOURCE_DATE_EPOCH;
  if (epoch !== undefined) {
    if (!/^\d{1,11}$/.test(epoch)) {
      throw new PackageError(`SOURCE_DATE_EPOCH is "${epoch}": it has to be seconds since 1970.`);
    }
    return new Date(Number(epoch) * 1000).toISOString().slice(0, 10);
  }
  try {
    const seconds = execFileSync('git', ['log', '-1', '--format=%ct'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return new Date(Number(seconds) * 1000).toISOString().slice(0, 10);
  } catch {
    return built.info.updated;
  }
}

/** GitHub says it in its workflows; elsewhere CLEW_REPOSITORY_URL does, or nobody. */
function repository(version: string): Repository | undefined {
  const { CLEW_REPOSITORY_URL, GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env;
  const url = CLEW_REPOSITORY_URL ?? (GITHUB_REPOSITORY && `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`);
  return url ? { url: url.replace(/\/$/, ''), ref: `v${version}` } : undefined;
}

/** The built plugin, with what depends on the day and on the place made fit to hand out. */
function staged(files: readonly PackedFile[], date: ReleaseDate, where: Repository | undefined): PackedFile[] {
  return files.map(({ path, bytes }) => {
    const text = Buffer.from(bytes).toString('utf8');
    if (path === 'README.md') {
      return { path, bytes: Buffer.from(catalogueReadme(text, where)) };
    }
    if (path.endsWith('.js.map')) {
      // Of some modules webpack writes the absolute path, whatever it is told of the others: theirs are relative to src/.
      return { path, bytes: Buffer.from(text.replaceAll(`|${ROOT}/`, '|../')) };
    }
    if (isPluginJson(path)) {
      return { path, bytes: Buffer.from(text.replace(/("updated": *")[^"]*"/, `$1${date}"`)) };
    }
    return { path, bytes };
  });
}

function signed(files: readonly PackedFile[]): PackedFile[] {
  const folder = mkdtempSync(join(tmpdir(), 'clew-package-'));
  try {
    for (const { path, bytes } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    sign(folder, process.env.GRAFANA_ROOT_URLS);
    return readFolder(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const below = (folder: string, files: readonly PackedFile[]): PackedFile[] =>
  files.map(({ path, bytes }) => ({ path: `${folder}/${path}`, bytes }));

/** Writes an archive and its checksums, in the form that `sha256sum --check` reads. */
function write(out: string, name: string, bytes: Uint8Array): void {
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, name), bytes);
  for (const algorithm of CHECKSUMS) {
    const hash = createHash(algorithm).update(bytes).digest('hex');
    writeFileSync(join(out, `${name}.${algorithm}`), `${hash}  ${name}\n`);
  }
  say(`${join(out, name)}  ${(bytes.length / 1e6).toFixed(1)} MB`);
}

function main(): void {
  const { values } = parseArgs({
    options: {
      'no-build': { type: 'boolean', default: false },
      tag: { type: 'string' },
      out: { type: 'string', default: join(ROOT, 'artifacts') },
    },
  });
  if (!values['no-build']) {
    build();
  }
  if (!existsSync(join(DIST, 'plugin.json'))) {
    throw new PackageError('There is no build in dist/: leave --no-build out.');
  }
  const { version, workspaces } = json<{ version: string; workspaces: string[] }>(join(ROOT, 'package.json'));
  const date = releaseDate(json(join(DIST, 'plugin.json')));
  const files = staged(readFolder(DIST), date, repository(version));
  const problems = problemsOf({
    version,
    workspaces: new Map(
      workspaces
        .flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: ROOT }))
        .map((path) => [path, json<{ version: string }>(join(ROOT, path)).version])
    ),
    changelog: readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'),
    files,
    folders: [ROOT, homedir()],
    tag: values.tag,
  });
  if (problems.length > 0) {
    throw new PackageError(['Not packaged:', ...problems.map((problem) => `- ${problem}`)].join('\n'));
  }

  const withToken = Boolean(process.env.GRAFANA_ACCESS_POLICY_TOKEN);
  write(values.out, `${PLUGIN_ID}-${version}.zip`, zip(below(PLUGIN_ID, withToken ? signed(files) : files), date));
  const store = `clew-store-${version}`;
  write(values.out, `${store}.tar.gz`, tarGz(below(store, storeFiles(ROOT, version)), date));
  if (!withToken) {
    say('The plugin is unsigned: GRAFANA_ACCESS_POLICY_TOKEN is not set.');
  }
}

try {
  main();
} catch (thrown) {
  if (!(thrown instanceof PackageError)) {
    throw thrown;
  }
  process.stderr.write(`${thrown.message}\n`);
  process.exitCode = 1;
}
