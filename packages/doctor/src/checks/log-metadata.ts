import { readLogsOfTraces } from '../samples/log-ids.ts';
import { readMetadataSetting } from '../samples/loki.ts';
import type { Check, Remedy, Verdict } from '../types.ts';
import { eachLoki } from './each-loki.ts';
import { storeOf } from './store-datasource.ts';
import { names, ok, skipped, unknown, warning } from './verdicts.ts';

const REMEDY: Remedy = {
  summary: 'Lets Loki keep what OpenTelemetry sends beside a line: the trace’s id among it. It needs the schema v13.',
  file: {
    name: 'loki.yaml',
    text: ['limits_config:', '  allow_structured_metadata: true', ''].join('\n'),
  },
};

export const logMetadata: Check = {
  id: 'log-metadata',
  area: 'logs',
  title: 'Loki keeps structured metadata',
  needs: ['store-datasource'],
  run: async (context) =>
    eachLoki(context, async ({ source, isLinked, isOnly }): Promise<Verdict> => {
      const { metadata, hasMetadata, named, lines, problem } = await readLogsOfTraces(
        context,
        source,
        storeOf(context)
      );
      if (problem) {
        return skipped(`${source.name} gives no lines.`);
      }
      if (hasMetadata) {
        const has = metadata.length === 0 ? 'only what Loki adds itself' : names(metadata);
        return ok(`Lines have it: ${has}.`);
      }
      const setting = await readMetadataSetting(context, source);
      const inText =
        named.length > 0
          ? `${named.length} of ${lines.length} lines have the trace’s id in their labels or their text, which derived fields find too.`
          : 'No line names a trace.';
      if (setting === 'off' || setting === 'too-old') {
        const why = setting === 'off' ? 'allow_structured_metadata is false' : 'it is older than 2.9';
        const sentence = `${source.name} keeps none: ${why}. Lines that OpenTelemetry sends with their trace’s id are refused, or lose it. ${inText}`;
        return isLinked || isOnly || named.length > 0
          ? warning(sentence, { remedy: REMEDY })
          : skipped(`${sentence} Nothing is linked with it.`);
      }
      if (setting === 'on') {
        return skipped(`${source.name} would keep it; no line has any. ${inText}`);
      }
      return lines.length === 0
        ? unknown(`No line, and ${source.name} does not tell its settings.`)
        : skipped(`No line has any, and ${source.name} does not tell its settings. ${inText}`);
    }),
};
