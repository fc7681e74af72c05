import { type EmbeddedScene } from '@grafana/scenes';
import { storeScene } from '../../scenes/storeScene';
import { ServiceView } from './ServiceView';

/** Time range, store (`var-ds`), operation (`op`), selection (`sel`) and the order of operations (`sort`) are in the URL. */
export const serviceScene = (service: string): EmbeddedScene => storeScene(() => new ServiceView({ service }));
