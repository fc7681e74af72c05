import type { Datasource } from '../inventory.ts';
import { findStore, type SeenStore } from '../links/store-address.ts';
import { readStoreStatus, type StatusAnswer } from '../samples/store.ts';
import type { Check, Remedy, Verdict } from '../types.ts';
import { storeOf } from './store-datasource.ts';
import { failed, messageIn, ok, subjectOf, unknown } from './verdicts.ts';

export const storeReachable: Check = {
  id: 'store-reachable',
  area: 'store',
  title: 'Grafana reaches the store',
  needs: ['store-datasource'],
  run: async (context) => {
    const store = storeOf(context);
    const answer = await readStoreStatus(context, store);
    const seen = answer.status ? undefined : await findStore(context, store);
    return [{ ...judged(store, answer, seen), subject: subjectOf(store) }];
  },
};

function judged(
  store: Datasource,
  { response, status, askedMs, answeredMs }: StatusAnswer,
  seen: SeenStore | undefined
): Verdict {
  if (status) {
    const { version, spansStored } = status;
    const took = Math.round(answeredMs - askedMs);
    return ok(`Clew ${version} answers in ${took} ms, and has ${spansStored.toLocaleString('en')} spans.`);
  }
  const message = messageIn(response.data);
  const evidence = message === undefined ? [] : [message];
  const at = store.url === undefined ? 'the datasource’s URL' : store.url;
  switch (true) {
    case response.status === 502:
      return failed(`Nothing answers at ${at} (502): the address is wrong, or the store is not running.`, {
        evidence,
        remedy: address(
          store,
          seen,
          'The store’s address as Grafana sees it; in a container 127.0.0.1 is the container itself.'
        ),
      });
    case response.status === 504:
      return failed(`No answer from ${at} in Grafana’s time (504): a firewall, or the host of another network.`, {
        evidence,
        remedy: address(store, seen, 'The store’s address as Grafana sees it.'),
      });
    case isAuthentication(response.status, message):
      return failed(`The store at ${at} does not accept the token that Grafana sends.`, {
        evidence,
        remedy: {
          summary:
            'The datasource has to send the store’s CLEW_QUERY_TOKEN. Grafana never tells a secret, so it is not in any proposal.',
          steps: [
            `Open the settings of ${store.name}, and put “Bearer” and the token, with a space between, as the header Authorization.`,
            'In a file: jsonData.httpHeaderName1: Authorization, secureJsonData.httpHeaderValue1: Bearer $CLEW_QUERY_TOKEN.',
          ],
        },
      });
    case response.status === 403:
      return unknown(`You may not query ${store.name} (403).`, { evidence });
    case response.status === 404 && isUnknownDatasource(message):
      return unknown(`Grafana does not know ${store.name} any more (404).`, { evidence });
    case response.status >= 500 && isClew(response.data):
      return failed(`The store at ${at} fails (${response.status}).`, {
        evidence,
        remedy: { summary: 'Its log says why.', steps: ['Read the store’s log.'] },
      });
    default:
      return failed(`What answers at ${at} is not the query port of a Clew store (${response.status}).`, {
        evidence: message === undefined ? [] : [`It says: ${message}`],
        remedy: address(store, seen, whatItIs(message)),
      });
  }
}

/** Grafana turns a 401 of a datasource into a 400 with this text (pkg/api/pluginproxy). */
const isAuthentication = (status: number, message: string | undefined): boolean =>
  status === 401 || (status === 400 && /authentication to data source failed/i.test(message ?? ''));

const isUnknownDatasource = (message: string | undefined): boolean =>
  /data ?source.*not found|unable to find datasource/i.test(message ?? '');

const isClew = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && 'error' in data && typeof data.error === 'object';

/** Says which port or product it is, where its answer gives it away. */
function whatItIs(message = ''): string {
  if (/admin listener/i.test(message)) {
    return 'It is the store’s admin port (3201). Use the query port, 3200.';
  }
  if (/otlp|\/v1\/traces/i.test(message)) {
    return 'It is a port that takes spans (4318). Use the query port, 3200.';
  }
  if (/“Grafana”/.test(message)) {
    return 'It is Grafana. Use the store’s query port, 3200.';
  }
  return 'The store’s query port is 3200 (CLEW_QUERY_PORT); 3201 is for admins, 4317 and 4318 take spans.';
}

/** The settings cannot carry an address: a change is of jsonData alone. So it is a file with the usual port. */
function address(store: Datasource, seen: SeenStore | undefined, summary: string): Remedy {
  return {
    summary: seen ? `${summary} ${seen.by}.` : summary,
    file: {
      name: 'provisioning/datasources/clew.yaml',
      text: [
        'apiVersion: 1',
        'datasources:',
        `  - name: ${JSON.stringify(store.name)}`,
        `    uid: ${JSON.stringify(store.uid)}`,
        `    type: ${store.type}`,
        '    access: proxy',
        `    url: ${seen?.url ?? guess(store.url)}`,
        ...(store.isDefault ? ['    isDefault: true'] : []),
        ...jsonData(store),
        '',
      ].join('\n'),
    },
  };
}

function guess(url: string | undefined): string {
  const host = /^(https?:\/\/[^/:]+)(?::\d+)?/.exec(url ?? '')?.[1];
  return `${host ?? 'http://clew'}:3200`;
}

/** YAML takes JSON as it is; a dollar sign is doubled, because Grafana expands $NAME. */
const jsonData = ({ jsonData: settings }: Datasource): string[] =>
  Object.keys(settings).length === 0 ? [] : [`    jsonData: ${JSON.stringify(settings).replaceAll('$', '$$$$')}`];
