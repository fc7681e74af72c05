import React from 'react';
import { SceneObjectBase, type SceneComponentProps, type SceneObjectState } from '@grafana/scenes';
import { EmptyState, LinkButton } from '@grafana/ui';
import { APP_URL, ROUTES } from '../shared/appAddress';
import { testIds } from '../shared/testIds';
import { may } from './permissions';

/** For a page that needs a Clew datasource when there is none. */
export class NoDatasource extends SceneObjectBase<SceneObjectState> {
  static Component = NoDatasourceView;
}

function NoDatasourceView(_: SceneComponentProps<NoDatasource>) {
  const canAdd = may('datasources:create');
  return (
    <div data-testid={testIds.start.noDatasource}>
      <EmptyState
        variant="call-to-action"
        message="No trace store is connected yet"
        button={
          canAdd ? (
            <LinkButton icon="arrow-right" href={`${APP_URL}/${ROUTES.setup}`}>
              Open the setup guide
            </LinkButton>
          ) : undefined
        }
      >
        {canAdd
          ? 'The guide adds a datasource for the store, and links it with metrics and logs.'
          : 'An admin of this Grafana has to add a datasource of the type "Clew", or to let you query the one that exists.'}
      </EmptyState>
    </div>
  );
}
