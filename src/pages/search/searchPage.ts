import { SceneAppPage } from '@grafana/scenes';
import { APP_ID } from '../../shared/pluginIds';
import { APP_URL, ROUTES } from '../../shared/appAddress';
import { searchScene } from './searchScene';

/** TraceQL, what it finds, and when. The query is in the URL (`q`, and `rows`, `sort`, `limit` where they are not the usual). */
export function searchPage(): SceneAppPage {
  return new SceneAppPage({
    title: 'Search traces',
    titleImg: `public/plugins/${APP_ID}/img/logo.svg`,
    url: `${APP_URL}/${ROUTES.search}`,
    routePath: ROUTES.search,
    getScene: searchScene,
  });
}
