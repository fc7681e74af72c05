import { problemsOf, type Release } from './release-checks.ts';

const info = {
  version: '1.2.3',
  updated: '2026-01-31',
  logos: { small: 'img/logo.svg', large: 'img/logo.svg' },
  screenshots: [{ name: 'A trace', path: 'img/trace.png' }],
};
const app = {
  id: 'clew-correlation-app',
  type: 'app',
  info,
  buildMode: 'production',
  includes: [
    { type: 'page', path: '/a/clew-correlation-app/start' },
    { type: 'panel', path: 'panel/plugin.json' },
    { type: 'dashboard', path: 'dashboards/one.json' },
  ],
};
const panel = { id: 'clew-waterfall-panel', type: 'panel', info: { ...info, screenshots: [] } };
const map = {
  sources: ['webpack://clew-correlation-app/./module.tsx', 'webpack://x/../packages/a.ts'],
  sourcesContent: ['', ''],
};

const DIST: Readonly<Record<string, unknown>> = {
  'plugin.json': app,
  'module.js': 'define()',
  'module.js.map': map,
  'img/logo.svg': '<svg/>',
  'img/trace.png': 'png',
  'dashboards/one.json': {},
  'panel/plugin.json': panel,
  'panel/module.js': '',
  'panel/module.js.map': map,
  'panel/img/logo.svg': '<svg/>',
  'README.md': '# Clew',
  'CHANGELOG.md': '# Changelog',
  LICENSE: 'Apache',
};

/** A release in which all is well, but for some files: undefined takes one away. */
function release(files: Record<string, unknown> = {}, rest: Partial<Release> = {}): Release {
  const entries = Object.entries({ ...DIST, ...files }).filter(([, content]) => content !== undefined);
  return {
    version: '1.2.3',
    workspaces: new Map([['store/package.json', '1.2.3']]),
    changelog: '# Changelog\n\n## 1.2.3 (2026-01-31)\n',
    files: entries.map(([path, content]) => ({
      path,
      bytes: Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
    })),
    folders: ['/home/somebody/clew', '/root'],
    ...rest,
  };
}

test('nothing is said of a release in which all is well', () => {
  expect(problemsOf(release())).toEqual([]);
  expect(problemsOf(release({}, { tag: 'v1.2.3' }))).toEqual([]);
  // "pages/root/" is no folder of the machine.
  expect(problemsOf(release({ 'module.js': 'import "./pages/root/App"' }))).toEqual([]);
});

test.each<[string, Release, RegExp]>([
  ['a version that is none', release({}, { version: '1.2' }), /^package\.json: version "1\.2" is not of the form/],
  [
    'a workspace that was forgotten',
    release({}, { workspaces: new Map([['store/package.json', '1.2.2']]) }),
    /^store\/package\.json: version 1\.2\.2, package\.json has 1\.2\.3/,
  ],
  ['a changelog without it', release({}, { changelog: '## 1.2.30\n' }), /^CHANGELOG\.md has no heading "## 1\.2\.3"/],
  ['another tag', release({}, { tag: 'v1.2.4' }), /the tag has to be v1\.2\.3/],
  [
    'a tag, and a changelog that calls it unreleased',
    release({}, { tag: 'v1.2.3', changelog: '## 1.2.3 (unreleased)\n' }),
    /^CHANGELOG\.md calls 1\.2\.3 unreleased/,
  ],
  ['no build', release({ 'plugin.json': undefined }), /^dist\/plugin\.json is missing/],
  [
    'a build of another version',
    release({ 'panel/plugin.json': { ...panel, info: { ...info, screenshots: [], version: '1.2.2' } } }),
    /^dist\/panel\/plugin\.json: version 1\.2\.2/,
  ],
  [
    'a build for development',
    release({ 'plugin.json': { ...app, buildMode: 'development' } }),
    /built for development/,
  ],
  [
    'a date that was not filled in',
    release({ 'plugin.json': { ...app, info: { ...info, updated: '%TODAY%' } } }),
    /"%TODAY%", not a date/,
  ],
  [
    'a screenshot that is missing',
    release({ 'img/trace.png': undefined }),
    /names img\/trace\.png, and dist\/img\/trace\.png does not/,
  ],
  ['a dashboard that is missing', release({ 'dashboards/one.json': undefined }), /names dashboards\/one\.json/],
  [
    'a nested module that is missing',
    release({ 'panel/module.js': undefined }),
    /dist\/panel\/module\.js does not exist/,
  ],
  ['no licence', release({ LICENSE: undefined }), /^dist\/LICENSE is missing/],
  ['what is of no use', release({ 'panel/.eslintcache': '' }), /^dist\/panel\/\.eslintcache does not belong/],
  ['an old signature', release({ 'MANIFEST.txt': '' }), /^dist\/MANIFEST\.txt is of a signature before/],
  ['a README that was not filled in', release({ 'README.md': '%VERSION%' }), /^dist\/README\.md still has %VERSION%/],
  [
    'a folder of the machine',
    release({ 'module.js': '"/root/x.ts"' }),
    /^dist\/module\.js names a folder of this machine, \/root/,
  ],
  [
    'a source map that leads out',
    release({ 'module.js.map': { sources: ['webpack://clew/../../elsewhere/a.ts'], sourcesContent: [''] } }),
    /^dist\/module\.js\.map names \.\.\/\.\.\/elsewhere\/a\.ts, which is outside/,
  ],
  [
    'a source map without sources',
    release({ 'module.js.map': { sources: ['webpack://clew/./a.ts'] } }),
    /has no sources in it/,
  ],
])('%s', (_name, given, expected) => {
  const problems = problemsOf(given);
  expect(problems.find((problem) => expected.test(problem)) ?? problems).toMatch(expected);
});
