import { type EmbeddedScene } from '@grafana/scenes';
import { storeScene } from '../../scenes/storeScene';
import { CompareView } from './CompareView';

export const compareScene = (): EmbeddedScene => storeScene(() => new CompareView({ a: '', b: '', ago: '' }));
