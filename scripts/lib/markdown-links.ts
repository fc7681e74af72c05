/** Relative links of Markdown files: does what they name exist, and the heading, if they name one? */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const FENCE = /^(```|~~~)[\s\S]*?^\1/gm;
const CODE = /`[^`\n]*`/g;
const LINK = /\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g;

/** The anchors of a page, as GitHub makes them: lower case, no punctuation, spaces as hyphens, repeats numbered. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, title] of markdown.replace(FENCE, '').matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const plain = title.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = plain.replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '').replace(/\s/g, '-');
    let name = anchor;
    for (let copy = 1; anchors.has(name); copy++) {
      name = `${anchor}-${copy}`;
    }
    anchors.add(name);
  }
  return anchors;
}

/** A sentence for each relative link of a page, by its path from the root, that leads nowhere. */
export function deadLinks(root: string, page: string): string[] {
  const markdown = readFileSync(join(root, page), 'utf8');
  const prose = markdown.replace(FENCE, '').replace(CODE, '');
  return [...prose.matchAll(LINK)].flatMap(([, target]) => {
    if (/^[a-z][a-z\d+.-]*:/i.test(target)) {
      return [];
    }
    const [path, anchor] = target.split('#');
    const file = path === '' ? join(root, page) : join(root, dirname(page), decodeURIComponent(path));
    if (relative(root, file).startsWith('..')) {
      return [`${page}: ${target} leads out of the repository`];
    }
    if (!existsSync(file)) {
      return [`${page}: ${target} does not exist`];
    }
    if (anchor === undefined) {
      return [];
    }
    const known = statSync(file).isFile() && file.endsWith('.md') && anchorsOf(readFileSync(file, 'utf8')).has(anchor);
    return known ? [] : [`${page}: ${target}: there is no heading #${anchor}`];
  });
}
