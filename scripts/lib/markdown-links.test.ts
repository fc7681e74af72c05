import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { anchorsOf, deadLinks } from './markdown-links.ts';

const ROOT = resolve(__dirname, '..', '..');
const PAGES = globSync(['*.md', 'docs/**/*.md', 'src/*.md', 'provisioning/*.md'], { cwd: ROOT }).sort();

test('the pages are found', () => {
  expect(PAGES).toEqual(expect.arrayContaining(['README.md', 'docs/README.md', 'docs/store.md', 'src/README.md']));
});

test.each(PAGES)('every relative link of %s leads somewhere', (page) => {
  expect(deadLinks(ROOT, page)).toEqual([]);
});

test('every page of docs/ is in the index', () => {
  const index = readFileSync(join(ROOT, 'docs', 'README.md'), 'utf8');
  const listed = [...index.matchAll(/\]\(([^)#]+)/g)].map(([, target]) => target);
  const pages = PAGES.filter((path) => /^docs\/(?!README)[^/]+\.md$/.test(path));
  expect(listed).toEqual(expect.arrayContaining(pages.map((path) => path.slice('docs/'.length))));
});

test('anchors are those of GitHub', () => {
  const page =
    '# One, two\n\n## `code` and [a link](x.md)\n\n```sh\n# no heading\n```\n\n## One, two\n## More\'s "end" ##\n';
  expect([...anchorsOf(page)]).toEqual(['one-two', 'code-and-a-link', 'one-two-1', 'mores-end']);
});

test('what leads nowhere is named: a file, a heading, a way out', () => {
  const root = mkdtempSync(join(tmpdir(), 'clew-links-'));
  try {
    mkdirSync(join(root, 'docs'));
    writeFileSync(join(root, 'docs', 'there.md'), '# There\n');
    writeFileSync(
      join(root, 'docs', 'page.md'),
      [
        '# Page',
        '[a](there.md) [b](there.md#there) [c](#page) [d](https://nowhere.invalid/x) ![e](../docs) `[f](gone.md)`',
        '[g](gone.md) [h](there.md#gone) [i](#gone) [j](../../out.md)',
        '```md\n[k](gone.md)\n```',
      ].join('\n')
    );
    expect(deadLinks(root, 'docs/page.md')).toEqual([
      'docs/page.md: gone.md does not exist',
      'docs/page.md: there.md#gone: there is no heading #gone',
      'docs/page.md: #gone: there is no heading #gone',
      'docs/page.md: ../../out.md leads out of the repository',
    ]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
