const STRING = /"(?:[^"\\]|\\[^])*"|`[^`]*`/.source;
const COMMENT = /\/\/[^\n]*|\/\*[^]*?\*\//.source;
const MARKS = new RegExp(`${STRING}|${COMMENT}|\\|\\||[|()]`, 'g');
const METRIC = new RegExp(`^(?:\\s|${COMMENT})*(?:rate|compare|distinct|[a-z_]+_over_time)\\s*\\(`);

/**
 * What a text of TraceQL searches for: of a metric the spans that go into it, of several metrics those of the first. A text that is no
 * metric stays as it is. This loads on every page of Grafana: a parser would be twenty times the size.
 */
export function searchPart(text: string): string {
  const open: number[] = [];
  for (const { 0: mark, index } of text.matchAll(MARKS)) {
    if (mark === '(') {
      open.push(index);
    } else if (mark === ')') {
      open.pop();
    } else if (mark === '|' && METRIC.test(text.slice(index + 1))) {
      return text.slice((open.at(-1) ?? -1) + 1, index).trim();
    }
  }
  return text.trim();
}
