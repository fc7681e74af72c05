import { EmbeddedScene, SceneAppPage, SceneControlsSpacer, VariableValueSelectors } from '@grafana/scenes';
import { APP_URL, ROUTES } from '../../shared/appAddress';
import { APP_ID } from '../../shared/pluginIds';
import { NoDatasource } from '../../scenes/NoDatasource';
import { clewDatasources } from '../../scenes/clewDatasources';
import { storeVariable } from '../../scenes/storeVariable';
import { DoctorView } from './DoctorView';

/** Whether metrics, traces and logs lead to each other, tried link by link. `check` in the URL is the one to look at. */
export function doctorPage(): SceneAppPage {
  return new SceneAppPage({
    title: 'Doctor',
    subTitle: 'Whether metrics, traces and logs lead to each other: every link is tried with real data.',
    titleImg: `public/plugins/${APP_ID}/img/logo.svg`,
    url: `${APP_URL}/${ROUTES.doctor}`,
    routePath: ROUTES.doctor,
    preserveUrlKeys: ['var-ds'],
    getScene: doctorScene,
  });
}

function doctorScene(): EmbeddedScene {
  const datasources = clewDatasources();
  if (datasources.length === 0) {
    return new EmbeddedScene({ body: new NoDatasource({}) });
  }
  return new EmbeddedScene({
    $variables: storeVariable(datasources),
    controls: datasources.length > 1 ? [new VariableValueSelectors({}), new SceneControlsSpacer()] : [],
    body: new DoctorView({}),
  });
}
