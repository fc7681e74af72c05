/**
 * Texts from traces, put where LogQL cannot mistake them for its own. Besides quotes and backslashes, `$` and `[` are escaped
 * everywhere: Grafana replaces `$name`, `${name}` and `[[name]]` in queries before it sends them.
 */

const hex = (char: string): string => char.charCodeAt(0).toString(16).padStart(2, '0');

/** As a string in double quotes of Go, which LogQL, PromQL and LogsQL read. */
export const goString = (text: string): string =>
  `"${text.replace(/["\\$[\u0000-\u001f\u007f]/g, (char) => (char === '"' || char === '\\' ? `\\${char}` : `\\x${hex(char)}`))}"`;

/**
 * A text that a regular expression of RE2 takes for itself, without quotes, braces, or any other character that would need care
 * in the string around it.
 */
export const re2Literal = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f"`\\$[\](){}|*+?^.]/g, (char) => (char === '.' ? '\\.' : `\\x${hex(char)}`));
