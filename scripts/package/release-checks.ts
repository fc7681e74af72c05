/** What has to hold before a build is handed out. Each check gives sentences that say what is wrong and what mends it. */
import { dirname, posix } from 'node:path';

import type { PackedFile } from './files.ts';
import { isPluginJson, PLUGIN_ID, type PluginJson } from './plugin-json.ts';

export interface Release {
  /** Of package.json. */
  readonly version: string;
  /** Version by package.json of each workspace, by path. */
  readonly workspaces: ReadonlyMap<string, string>;
  readonly changelog: string;
  /** The built plugin, paths relative to dist/. */
  readonly files: readonly PackedFile[];
  /** Folders of this machine that nothing may name: the repository, the home folder. */
  readonly folders: readonly string[];
  /** A git tag, for a release that goes out. */
  readonly tag?: string;
}

export function problemsOf(release: Release): string[] {
  return [
    ...versionProblems(release),
    ...pluginProblems(release),
    ...fileProblems(release),
    ...leaks(release),
    ...sourceMapProblems(release),
  ];
}

const text = ({ bytes }: PackedFile): string => Buffer.from(bytes).toString('utf8');

function versionProblems({ version, workspaces, changelog, tag }: Release): string[] {
  const problems: string[] = [];
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) {
    problems.push(`package.json: version "${version}" is not of the form 1.2.3.`);
  }
  for (const [path, found] of workspaces) {
    if (found !== version) {
      problems.push(`${path}: version ${found}, package.json has ${version}: give both the same.`);
    }
  }
  const heading = changelog.split('\n').find((line) => line.startsWith('## ') && line.split(' ')[1] === version);
  if (heading === undefined) {
    problems.push(`CHANGELOG.md has no heading "## ${version}": say what is new.`);
  }
  if (tag !== undefined && tag !== `v${version}`) {
    problems.push(`The tag is ${tag}, package.json has version ${version}: the tag has to be v${version}.`);
  }
  if (tag !== undefined && heading?.includes('unreleased')) {
    problems.push(`CHANGELOG.md calls ${version} unreleased: put the date there.`);
  }
  return problems;
}

function pluginProblems({ version, files }: Release): string[] {
  const paths = new Set(files.map(({ path }) => path));
  const root = files.find(({ path }) => path === 'plugin.json');
  if (!root) {
    return ['dist/plugin.json is missing: run npm run build.'];
  }
  return files
    .filter(({ path }) => isPluginJson(path))
    .flatMap((file) => {
      const json: PluginJson = JSON.parse(text(file));
      const where = `dist/${file.path}`;
      const problems: string[] = [];
      if (json.info.version !== version) {
        problems.push(`${where}: version ${json.info.version}, package.json has ${version}: build again.`);
      }
      if (!/^\d{4}-\d{2}-\d{2}$/.test(json.info.updated)) {
        problems.push(`${where}: info.updated is "${json.info.updated}", not a date: build again.`);
      }
      if (file.path === 'plugin.json' && json.id !== PLUGIN_ID) {
        problems.push(`${where}: id ${json.id} is not ${PLUGIN_ID}.`);
      }
      if (file.path === 'plugin.json' && json.buildMode !== 'production') {
        problems.push(`${where}: built for ${json.buildMode ?? 'nothing'}: run npm run build, not npm run dev.`);
      }
      for (const named of filesNamedBy(json)) {
        const path = posix.join(dirname(file.path), named);
        if (!paths.has(path)) {
          problems.push(`${where} names ${named}, and dist/${path} does not exist.`);
        }
      }
      return problems;
    });
}

function filesNamedBy({ info, includes = [] }: PluginJson): string[] {
  return [
    'module.js',
    info.logos.small,
    info.logos.large,
    ...(info.screenshots ?? []).map(({ path }) => path),
    ...includes.flatMap(({ type, path }) => (path && type !== 'page' ? [path] : [])),
  ];
}

function fileProblems({ files }: Release): string[] {
  const required = ['README.md', 'CHANGELOG.md', 'LICENSE', 'module.js', 'module.js.map'];
  const problems = required
    .filter((path) => !files.some((file) => file.path === path))
    .map((path) => `dist/${path} is missing: build again.`);
  for (const { path } of files) {
    if (/(^|\/)(\.|node_modules\/)|\.tsx?$/.test(path)) {
      problems.push(`dist/${path} does not belong to a plugin.`);
    }
    if (path === 'MANIFEST.txt') {
      problems.push('dist/MANIFEST.txt is of a signature before: build again.');
    }
  }
  for (const file of files.filter(({ path }) => isPluginJson(path) || path === 'README.md')) {
    const left = /%(VERSION|TODAY|PLUGIN_ID)%/.exec(text(file));
    if (left) {
      problems.push(`dist/${file.path} still has ${left[0]}: build with npm run build.`);
    }
  }
  return problems;
}

function leaks({ files, folders }: Release): string[] {
  return files.flatMap((file) => {
    const content = text(file);
    return folders
      .filter((folder) => isNamedIn(content, folder))
      .map((folder) => `dist/${file.path} names a folder of this machine, ${folder}.`);
  });
}

/** A path that only ends like the folder, as `pages/root/` does like `/root/`, is none of this machine. */
function isNamedIn(content: string, folder: string): boolean {
  for (let at = content.indexOf(`${folder}/`); at >= 0; at = content.indexOf(`${folder}/`, at + 1)) {
    if (at === 0 || !/[\w.-]/.test(content[at - 1])) {
      return true;
    }
  }
  return false;
}

/** Sources are named relative to src/; what leads out of the repository names a folder of the machine. */
function sourceMapProblems({ files }: Release): string[] {
  return files
    .filter(({ path }) => path.endsWith('.js.map'))
    .flatMap((file) => {
      const { sources, sourcesContent }: { sources: string[]; sourcesContent?: string[] } = JSON.parse(text(file));
      const outside = sources
        .map((source) => source.replace(/^webpack:\/\/[^/]*\//, ''))
        .find((source) => source.startsWith('/') || posix.join('src', source).startsWith('../'));
      return [
        ...(outside === undefined ? [] : [`dist/${file.path} names ${outside}, which is outside of the repository.`]),
        ...(sourcesContent?.length === sources.length ? [] : [`dist/${file.path} has no sources in it.`]),
      ];
    });
}
