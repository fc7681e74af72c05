import React, { useEffect } from 'react';
import { locationService } from '@grafana/runtime';
import { SceneApp, useSceneApp } from '@grafana/scenes';
import { APP_URL, ROUTES } from '../../shared/appAddress';
import { comparePage } from '../compare/comparePage';
import { doctorPage } from '../doctor/doctorPage';
import { linksPage } from '../links/linksPage';
import { mapPage } from '../map/mapPage';
import { searchPage } from '../search/searchPage';
import { servicesPage } from '../services/servicesPage';
import { setupPage } from '../setup/setupPage';
import { startPage } from '../start/startPage';
import { tracePage } from '../trace/tracePage';

const createApp = () =>
  new SceneApp({
    pages: [
      startPage(),
      tracePage(),
      comparePage(),
      searchPage(),
      servicesPage(),
      mapPage(),
      doctorPage(),
      setupPage(),
      linksPage(),
    ],
    urlSyncOptions: { updateUrlOnInit: true, createBrowserHistorySteps: true },
  });

export function App() {
  const app = useSceneApp(createApp);
  const { pathname } = locationService.getLocation();
  const isBare = pathname.replace(/\/+$/, '') === APP_URL;
  useEffect(() => {
    if (isBare) {
      locationService.replace(`${APP_URL}/${ROUTES.start}`);
    }
  }, [isBare]);
  return isBare ? null : <app.Component model={app} />;
}
