import { SceneAppPage } from '@grafana/scenes';
import { APP_ID } from '../../shared/pluginIds';
import { APP_URL, ROUTES } from '../../shared/appAddress';
import { compareScene } from './compareScene';

/** Two traces, a trace and what is usual, or two sets of traces. What is compared is in the URL: `a`, `b`, `ago`. */
export function comparePage(): SceneAppPage {
  return new SceneAppPage({
    title: 'Compare traces',
    subTitle: 'Where the time of one side went that the other did not need.',
    titleImg: `public/plugins/${APP_ID}/img/logo.svg`,
    url: `${APP_URL}/${ROUTES.compare}`,
    routePath: ROUTES.compare,
    getScene: compareScene,
  });
}
