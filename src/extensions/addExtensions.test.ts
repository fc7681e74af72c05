import { AppPlugin } from '@grafana/data';
import pluginJson from '../plugin.json';
import { LINKS, LOGS_COMPONENT, addExtensions } from './addExtensions';

const declared = ({
  title,
  description,
  targets,
}: {
  title: string;
  description?: string;
  targets: string | string[];
}) => ({
  ...{ title, description },
  targets: Array.isArray(targets) ? targets : [targets],
});

test('plugin.json declares every link and component: Grafana loads the app by it', () => {
  expect(pluginJson.extensions.addedLinks).toEqual(LINKS.map(declared));
  expect(pluginJson.extensions.addedComponents).toEqual([declared(LOGS_COMPONENT)]);
});

test('titles are told apart, and fit in the menus that cut them at 25 characters', () => {
  const titles = LINKS.map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);
  for (const { title, targets } of LINKS) {
    if (/menu|toolbar/.test(String(targets))) {
      expect(title.length).toBeLessThan(25);
    }
  }
});

test('no place gets more than it shows', () => {
  const most: Record<string, number> = {
    'grafana/traceview/header/actions': 2,
    'grafana/traceview/resource-attributes': 10,
    'grafana/logsview/resource-attributes': 10,
    'grafana/explore/toolbar/action': 3,
    'grafana/dashboard/panel/menu': 3,
    'grafana/commandpalette/action': 80,
  };
  const places = LINKS.flatMap(({ targets }) => targets);
  for (const place of new Set(places)) {
    expect(places.filter((other) => other === place).length).toBeLessThanOrEqual(most[place]);
  }
});

test('Grafana takes them all', () => {
  const plugin = addExtensions(new AppPlugin());
  expect(plugin.addedLinkConfigs).toHaveLength(LINKS.length);
  expect(plugin.addedComponentConfigs).toHaveLength(1);
});
