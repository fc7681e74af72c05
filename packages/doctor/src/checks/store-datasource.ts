import { CLEW_TYPE, ofType, type Datasource } from '../inventory.ts';
import type { Check, DoctorContext } from '../types.ts';
import { failed, names, ok, subjectOf } from './verdicts.ts';

export const storeDatasource: Check = {
  id: 'store-datasource',
  area: 'store',
  title: 'There is a Clew datasource',
  run: async ({ inventory, store }) => {
    if (store) {
      const url = store.url ? `, at ${store.url}` : '';
      return [ok(`${store.name} (uid ${store.uid})${url}.`, { subject: subjectOf(store) })];
    }
    const others = ofType(inventory, CLEW_TYPE);
    if (others.length > 0) {
      const have = names(others.map(({ name, uid }) => `${name} (uid ${uid})`));
      return [failed(`No Clew datasource has the uid that was asked for. There is: ${have}.`)];
    }
    return [
      failed('Grafana has no datasource of the type Clew.', {
        remedy: {
          summary: 'Adds the datasource. Put the store’s own address in: its query port is 3200.',
          file: {
            name: 'provisioning/datasources/clew.yaml',
            text: [
              'apiVersion: 1',
              'datasources:',
              '  - name: Clew',
              '    uid: clew',
              `    type: ${CLEW_TYPE}`,
              '    access: proxy',
              '    url: http://clew:3200',
              '',
            ].join('\n'),
          },
        },
      }),
    ];
  },
};

/** The datasource that is looked at. Checks that use it need `store-datasource`; without it they end as `unknown`. */
export function storeOf({ store }: DoctorContext): Datasource {
  if (!store) {
    throw new Error('There is no Clew datasource.');
  }
  return store;
}
