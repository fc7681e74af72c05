import { SceneAppPage } from '@grafana/scenes';
import { APP_URL, ROUTES } from '../../shared/appAddress';
import { APP_ID } from '../../shared/pluginIds';
import { timelessStoreScene } from '../../scenes/storeScene';
import { LinksView } from './LinksView';

/** Which exemplars lead to no trace, and which traces are kept for those that do. */
export function linksPage(): SceneAppPage {
  return new SceneAppPage({
    title: 'Links',
    subTitle: 'Exemplars that lead nowhere, and traces that are kept for them.',
    titleImg: `public/plugins/${APP_ID}/img/logo.svg`,
    url: `${APP_URL}/${ROUTES.links}`,
    routePath: ROUTES.links,
    preserveUrlKeys: ['var-ds'],
    getScene: () => timelessStoreScene(() => new LinksView({})),
  });
}
