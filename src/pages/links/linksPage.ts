import { EmbeddedScene, SceneAppPage, SceneControlsSpacer, VariableValueSelectors } from '@grafana/scenes';
import { APP_URL, ROUTES } from '../../shared/appAddress';
import { APP_ID } from '../../shared/pluginIds';
import { NoDatasource } from '../../scenes/NoDatasource';
import { clewDatasources } from '../../scenes/clewDatasources';
import { storeVariable } from '../../scenes/storeVariable';
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
    getScene: linksScene,
  });
}

function linksScene(): EmbeddedScene {
  const datasources = clewDatasources();
  if (datasources.length === 0) {
    return new EmbeddedScene({ body: new NoDatasource({}) });
  }
  return new EmbeddedScene({
    $variables: storeVariable(datasources),
    controls: datasources.length > 1 ? [new VariableValueSelectors({}), new SceneControlsSpacer()] : [],
    body: new LinksView({}),
  });
}
