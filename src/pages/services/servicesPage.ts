import { SceneAppPage, type SceneAppPageLike } from '@grafana/scenes';
import { APP_ID } from '../../shared/pluginIds';
import { APP_URL, ROUTES } from '../../shared/appAddress';
import { serviceScene } from '../service/serviceScene';
import { servicesScene } from './servicesScene';

const LOGO = `public/plugins/${APP_ID}/img/logo.svg`;

/** `/services` lists all of them, `/services/<name>` shows one. */
export function servicesPage(): SceneAppPage {
  return new SceneAppPage({
    title: 'Services',
    subTitle: 'What was asked of each service, beside the period before.',
    titleImg: LOGO,
    url: `${APP_URL}/${ROUTES.services}`,
    routePath: `${ROUTES.services}/*`,
    preserveUrlKeys: ['var-ds', 'from', 'to', 'timezone'],
    getScene: servicesScene,
    drilldowns: [
      {
        routePath: ':service',
        getPage: ({ params: { service = '' } }, parent: SceneAppPageLike) => onePage(service, parent),
      },
    ],
  });
}

function onePage(service: string, parent: SceneAppPageLike): SceneAppPage {
  return new SceneAppPage({
    title: service,
    titleImg: LOGO,
    url: `${APP_URL}/${ROUTES.services}/${encodeURIComponent(service)}`,
    routePath: '',
    preserveUrlKeys: ['var-ds', 'from', 'to', 'timezone'],
    getParentPage: () => parent,
    getScene: () => serviceScene(service),
  });
}
