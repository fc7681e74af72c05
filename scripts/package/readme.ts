import { posix } from 'node:path';

import { PLUGIN_ID } from './plugin-json.ts';

/** Where the repository can be read by anybody, at the version that is packaged. */
export interface Repository {
  /** `https://github.com/owner/name`, without a slash at the end. */
  readonly url: string;
  readonly ref: string;
}

const LINK = /(!?)\[([^\]]*)\]\(([^)\s]+)\)/g;

/**
 * The catalogue shows src/README.md without the files beside it, so its relative links are made absolute. Where nobody
 * said which address the repository has, a picture is the one in the plugin's folder, which Grafana serves, and other
 * links are left as their text.
 */
export function catalogueReadme(markdown: string, repository?: Repository): string {
  return markdown.replace(LINK, (whole, bang: string, label: string, target: string) => {
    if (/^([a-z]+:|#)/.test(target)) {
      return whole;
    }
    const path = posix.join('src', target);
    if (repository) {
      return `${bang}[${label}](${repository.url}/${bang ? 'raw' : 'blob'}/${repository.ref}/${path})`;
    }
    return bang ? `<img alt="${label}" src="public/plugins/${PLUGIN_ID}/${target}">` : label;
  });
}
