import { EmbeddedScene, SceneAppPage } from '@grafana/scenes';
import { APP_URL, ROUTES } from '../../shared/appAddress';
import { APP_ID } from '../../shared/pluginIds';
import { SetupView } from './SetupView';

/** From a store to metrics, traces and logs that lead to each other. What is chosen is in the URL: `var-ds`, `prometheus`, `loki`. */
export function setupPage(): SceneAppPage {
  return new SceneAppPage({
    title: 'Setup guide',
    subTitle: 'Connect traces, metrics and logs. Every link is tried on your data before it is made.',
    titleImg: `public/plugins/${APP_ID}/img/logo.svg`,
    url: `${APP_URL}/${ROUTES.setup}`,
    routePath: ROUTES.setup,
    preserveUrlKeys: ['var-ds'],
    getScene: () => new EmbeddedScene({ body: new SetupView({}) }),
  });
}
