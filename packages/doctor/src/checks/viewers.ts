import { isRecord, ofType, type Datasource } from '../inventory.ts';
import { destinationsOf } from '../links/exemplars.ts';
import { prometheusOf } from '../samples/prometheus.ts';
import type { Check, DoctorContext, Verdict } from '../types.ts';
import { APP_ID, readAppSettings } from './app-enabled.ts';
import { readFrontendSettings } from './grafana-version.ts';
import { storeOf } from './store-datasource.ts';
import { failed, names, ok, subjectOf, unknown, warning } from './verdicts.ts';

export const viewers: Check = {
  id: 'viewers',
  area: 'grafana',
  title: 'Viewers may follow the links',
  needs: ['store-datasource', 'app-enabled'],
  run: async (context) => {
    const [mayQuery, pages] = await Promise.all([datasourcesForViewers(context), pagesForViewers(context)]);
    return [...mayQuery, ...pages, ...(await exploreOnly(context))];
  },
};

/** Where nobody can restrict it (Grafana OSS), whoever is a Viewer may query every datasource: pkg/api/accesscontrol.go. */
async function datasourcesForViewers(context: DoctorContext): Promise<Verdict[]> {
  const sources = [storeOf(context), ...prometheusOf(context.inventory), ...ofType(context.inventory, 'loki')];
  const { edition } = await readFrontendSettings(context);
  if (edition === 'Open Source') {
    return [
      ok(
        `Grafana’s open source edition lets Viewers query every datasource: ${names(sources.map(({ name }) => name))}.`
      ),
    ];
  }
  return Promise.all(sources.map((source) => permissionsOf(context, source)));
}

async function permissionsOf(context: DoctorContext, source: Datasource): Promise<Verdict> {
  const subject = subjectOf(source);
  const path = `/api/access-control/datasources/${encodeURIComponent(source.uid)}`;
  const { status, data } = await context.call({ method: 'GET', path });
  if (status !== 200 || !Array.isArray(data)) {
    return unknown(`You may not see who may query ${source.name} (${status}).`, { subject });
  }
  const isAllowed = data
    .filter(isRecord)
    .some(({ builtInRole, permission }) => builtInRole === 'Viewer' && /query|edit|admin/i.test(String(permission)));
  return isAllowed
    ? ok(`Viewers may query ${source.name}.`, { subject })
    : warning(`The role Viewer may not query ${source.name}: who is only that sees empty links.`, {
        subject,
        remedy: {
          summary: 'Query is the permission that links need.',
          steps: [
            `Open the permissions of ${source.name}, and give Query to the role Viewer, or to the teams that need it.`,
          ],
        },
      });
}

async function pagesForViewers(context: DoctorContext): Promise<Verdict[]> {
  const { status, data } = await readAppSettings(context);
  const includes =
    status === 200 && isRecord(data) && Array.isArray(data.includes) ? data.includes.filter(isRecord) : [];
  const pages = includes.filter(({ type, path }) => type === 'page' && String(path).startsWith(`/a/${APP_ID}`));
  if (pages.length === 0) {
    return [unknown('Grafana does not tell who may open the app’s pages.')];
  }
  const closed = pages.filter(({ role }) => role !== 'Viewer' && role !== '' && role !== undefined);
  return closed.length === 0
    ? [ok(`The app’s ${pages.length} pages are open to Viewers.`)]
    : [failed(`Viewers may not open these pages of the app: ${names(closed.map(({ name }) => String(name)))}.`)];
}

/** Explore is for Editors (`datasources:explore`): a Viewer's link has to lead to the app's page. */
async function exploreOnly(context: DoctorContext): Promise<Verdict[]> {
  const store = storeOf(context);
  const { viewersCanEdit } = await readFrontendSettings(context);
  if (viewersCanEdit) {
    return [];
  }
  return prometheusOf(context.inventory).flatMap((source) => {
    const all = destinationsOf(context.inventory, source, store);
    const explored = all.find(({ leadsTo }) => leadsTo === 'store');
    if (!explored || all.some(({ leadsTo }) => leadsTo === 'app')) {
      return [];
    }
    const url = `/a/${APP_ID}/trace/\${__value.raw}`;
    const added = { name: explored.name, url, urlDisplayLabel: 'Open in Clew' };
    return [
      warning(`Exemplars of ${source.name} lead to Explore alone, which Viewers may not use.`, {
        subject: subjectOf(source),
        remedy: {
          summary: `Adds a second link of ${explored.name}, to the app’s page; the first stays.`,
          change: {
            datasource: source,
            jsonData: { exemplarTraceIdDestinations: [...all.map(({ raw }) => raw), added] },
          },
        },
      }),
    ];
  });
}
