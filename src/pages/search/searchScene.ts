import { type EmbeddedScene } from '@grafana/scenes';
import { storeScene } from '../../scenes/storeScene';
import { SearchView } from './SearchView';

export const searchScene = (): EmbeddedScene => storeScene(() => new SearchView({}));
