import { SceneAppPage } from '@grafana/scenes';
import { APP_ID } from '../../shared/pluginIds';
import { APP_URL, ROUTES } from '../../shared/appAddress';
import { startScene } from './startScene';

export function startPage(): SceneAppPage {
  return new SceneAppPage({
    title: 'Clew',
    subTitle: 'Follow one request through metrics, traces and logs.',
    titleImg: `public/plugins/${APP_ID}/img/logo.svg`,
    url: `${APP_URL}/${ROUTES.start}`,
    routePath: ROUTES.start,
    getScene: startScene,
  });
}
