import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readFolder, type PackedFile } from './files.ts';

const ROOT_FILES = [
  'package.json',
  'package-lock.json',
  '.npmrc',
  'LICENSE',
  'CHANGELOG.md',
  'docs/store.md',
  'docs/api.md',
];
/** npm asks for every workspace that the lock file has. */
const WORKSPACES_BY_NAME = ['demo/package.json', 'bench/package.json'];
const TESTS = /\.test\.ts$/;
const TEST_FOLDERS = /(^|\/)(node_modules|testing|corpus)$/;

/**
 * The store as it is started without Docker: its source, which Node runs as it is, and the lock file, from which npm
 * fetches what it needs, the engine above all, for the machine it is started on.
 */
export function storeFiles(root: string, version: string): PackedFile[] {
  const folders = ['store', 'packages'].flatMap((folder) =>
    readFolder(join(root, folder), (path) => !TEST_FOLDERS.test(path))
      .filter(({ path }) => !TESTS.test(path) && !path.includes('tsconfig'))
      .map(({ path, bytes }) => ({ path: `${folder}/${path}`, bytes }))
  );
  const single = [...ROOT_FILES, ...WORKSPACES_BY_NAME].map((path) => ({
    path,
    bytes: readFileSync(join(root, path)),
  }));
  const readme = { path: 'README.md', bytes: Buffer.from(storeReadme(version)) };
  return [...folders, ...single, readme];
}

const storeReadme = (version: string): string => `# The Clew store ${version}

Takes spans by OTLP, keeps them, and answers Grafana. It needs Node 22.18 or newer and npm; Linux or macOS, glibc.

\`\`\`sh
npm ci --omit=dev --workspace store
npm start
\`\`\`

The first line fetches the engine, about 550 MB unpacked. The second keeps its data in \`./data\` (\`CLEW_DATA_DIR\`), listens
on loopback, and prints how to send the first trace. Options, sizing and promises: docs/store.md; the HTTP API: docs/api.md.
`;
