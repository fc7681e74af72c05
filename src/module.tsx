import React, { Suspense, lazy } from 'react';
import { AppPlugin, type AppRootProps, type PluginConfigPageProps, type AppPluginMeta } from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';
import { addExtensions } from './extensions/addExtensions';

// Grafana may load this file on every page: what is heavy loads when it is shown.
const LazyApp = lazy(() => import('./pages/root/loadApp').then(({ loadApp }) => loadApp()));
const LazyAppConfig = lazy(() => import('./pages/config/AppConfig'));

const App = (props: AppRootProps) => (
  <Suspense fallback={<LoadingPlaceholder text="" />}>
    <LazyApp {...props} />
  </Suspense>
);

const AppConfig = (props: PluginConfigPageProps<AppPluginMeta>) => (
  <Suspense fallback={<LoadingPlaceholder text="" />}>
    <LazyAppConfig {...props} />
  </Suspense>
);

export const plugin = addExtensions(
  new AppPlugin().setRootPage(App).addConfigPage({
    title: 'Configuration',
    icon: 'cog',
    body: AppConfig,
    id: 'configuration',
  })
);
