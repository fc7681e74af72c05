import { Matcher } from './matcher.ts';
import { parseRegex } from './parse.ts';
import { compileProgram } from './program.ts';

export { PatternTooLarge } from './program.ts';

/**
 * Whether a whole text matches a pattern, in time that grows with the text alone. RE2's syntax and meaning, without RE2:
 * JavaScript's own regular expressions differ in syntax, and some patterns take them for ever.
 *
 * The pattern must be one that `regexProblem` takes. Throws PatternTooLarge.
 */
export function compilePattern(pattern: string): (text: string) => boolean {
  const matcher = new Matcher(compileProgram(parseRegex(pattern)));
  return (text) => matcher.matches(text);
}
