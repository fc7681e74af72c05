export { goString, re2Literal } from '@clew/doctor/logql';

/**
 * Texts from traces, put where Lucene cannot mistake them for its own. Besides quotes and backslashes, `$` and `[` are escaped
 * everywhere: Grafana replaces `$name`, `${name}` and `[[name]]` in queries before it sends them.
 */

const hex = (char: string): string => char.charCodeAt(0).toString(16).padStart(4, '0');

/** As a phrase in double quotes of Lucene's query syntax. */
export const lucenePhrase = (text: string): string =>
  `"${text.replace(/["\\$[\u0000-\u001f\u007f]/g, (char) => (char === '"' || char === '\\' ? `\\${char}` : `\\u${hex(char)}`))}"`;

/** A field's name in Lucene's query syntax. */
export const luceneField = (name: string): string => name.replace(/[^\w.@-]/g, (char) => `\\${char}`);
