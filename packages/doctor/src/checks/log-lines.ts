import { readLogsOfTraces } from '../samples/log-ids.ts';
import { SAMPLED } from '../samples/loki.ts';
import type { Check } from '../types.ts';
import { eachLoki } from './each-loki.ts';
import { storeOf } from './store-datasource.ts';
import { count, duration, lookBack, messageIn, names, ok, problemOf, skipped, unknown, warning } from './verdicts.ts';

export const logLines: Check = {
  id: 'log-lines',
  area: 'logs',
  title: 'Log lines arrive',
  needs: ['store-datasource'],
  run: async (context) =>
    eachLoki(context, async ({ source, isLinked, isOnly }) => {
      const { lines, named, indexed, problem } = await readLogsOfTraces(context, source, storeOf(context));
      if (problem) {
        const said = messageIn(problem.data);
        const evidence = said === undefined ? [] : [said];
        return problemOf(problem, source.name) ?? unknown(`${source.name} gives no lines.`, { evidence });
      }
      if (lines.length === 0) {
        const sentence = `No lines in ${source.name} in ${lookBack(context)}${indexed.length > 0 ? ', although it has labels' : ''}.`;
        return isLinked || isOnly
          ? warning(sentence, {
              remedy: {
                summary: 'Something has to send the lines: the services, an OpenTelemetry Collector, or an agent.',
                steps: ['The collector’s exporter otlphttp takes Loki’s /otlp as its endpoint.'],
              },
            })
          : skipped(sentence);
      }
      const number = lines.length >= SAMPLED ? `At least ${lines.length} lines` : count(lines.length, 'line');
      const newest = duration(Math.max(0, context.range.toMs - lines[0].atMs));
      const services = [
        ...new Set(lines.map(({ labels }) => labels.service_name ?? labels.service ?? labels.app ?? '')),
      ];
      const named2 = `${named.length} of the ${lines.length} that were sampled name a trace`;
      return ok(`${number} in ${lookBack(context)}, the newest ${newest} ago; ${named2}.`, {
        evidence: [`Services in the sample: ${names(services.filter(Boolean)) || 'no label names them'}`],
      });
    }),
};
