import { SceneAppPage } from '@grafana/scenes';
import { APP_ID } from '../../shared/pluginIds';
import { APP_URL, ROUTES } from '../../shared/appAddress';
import { mapScene } from './mapScene';

/** Who calls whom, in all traces or in those of a query. */
export function mapPage(): SceneAppPage {
  return new SceneAppPage({
    title: 'Service map',
    subTitle: 'Who calls whom, how often and how well, in the traces that a query finds.',
    titleImg: `public/plugins/${APP_ID}/img/logo.svg`,
    url: `${APP_URL}/${ROUTES.map}`,
    routePath: ROUTES.map,
    getScene: mapScene,
  });
}
