import { normalizeTraceId } from '@clew/traceql';
import { SceneAppPage, type SceneAppPageLike } from '@grafana/scenes';
import { APP_ID } from '../../shared/pluginIds';
import { APP_URL, ROUTES } from '../../shared/appAddress';
import { KeepTrace } from '../links/KeepTrace';
import { startPage } from '../start/startPage';
import { openScene, traceScene } from './traceScene';

/** `/trace` asks for a trace or takes a file; `/trace/<id>` shows one. */
export function tracePage(): SceneAppPage {
  return new SceneAppPage({
    title: 'Open a trace',
    subTitle: 'By its id, or from a file.',
    titleImg: `public/plugins/${APP_ID}/img/logo.svg`,
    url: `${APP_URL}/${ROUTES.trace}`,
    routePath: `${ROUTES.trace}/*`,
    getParentPage: startPage,
    getScene: openScene,
    drilldowns: [
      {
        routePath: ':traceId',
        getPage: ({ params: { traceId = '' } }, parent: SceneAppPageLike) => onePage(traceId, parent),
      },
    ],
  });
}

function onePage(traceId: string, parent: SceneAppPageLike): SceneAppPage {
  const known = normalizeTraceId(traceId);
  return new SceneAppPage({
    title: `Trace ${traceId.slice(0, 8)}`,
    url: `${APP_URL}/${ROUTES.trace}/${encodeURIComponent(traceId)}`,
    routePath: '',
    preserveUrlKeys: ['var-ds'],
    getParentPage: () => parent,
    // The panel says all there is to say at its top.
    renderTitle: () => null,
    controls: known === undefined ? undefined : [new KeepTrace({ traceId: known })],
    getScene: () => traceScene(traceId),
  });
}
