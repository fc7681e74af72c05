import { type EmbeddedScene } from '@grafana/scenes';
import { storeScene } from '../../scenes/storeScene';
import { MapView } from './MapView';

/** Time range, store (`var-ds`), query (`q`), how many traces (`limit`) and what is chosen (`node` or `edge`) are in the URL. */
export const mapScene = (): EmbeddedScene => storeScene(() => new MapView({}));
