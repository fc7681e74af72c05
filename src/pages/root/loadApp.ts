import { type ComponentType } from 'react';
import { type AppRootProps } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { loadResources } from '@grafana/scenes';
import { APP_ID } from '../../shared/pluginIds';
import { App } from './App';

/** The app, after the texts that the scenes library brings in the user's language. */
export async function loadApp(): Promise<{ default: ComponentType<AppRootProps> }> {
  await initPluginTranslations(APP_ID, [loadResources]);
  return { default: App };
}
