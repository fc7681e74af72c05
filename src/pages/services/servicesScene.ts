import { type EmbeddedScene } from '@grafana/scenes';
import { storeScene } from '../../scenes/storeScene';
import { ServicesView } from './ServicesView';

/** Time range, store (`var-ds`), search (`find`), order (`sort`) and page are in the URL. */
export const servicesScene = (): EmbeddedScene => storeScene(() => new ServicesView({}));
