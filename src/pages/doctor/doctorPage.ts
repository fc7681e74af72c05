import { SceneAppPage } from '@grafana/scenes';
import { APP_URL, ROUTES } from '../../shared/appAddress';
import { APP_ID } from '../../shared/pluginIds';
import { timelessStoreScene } from '../../scenes/storeScene';
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
    getScene: () => timelessStoreScene(() => new DoctorView({})),
  });
}
