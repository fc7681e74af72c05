import React from 'react';
import { SceneObjectBase, type SceneComponentProps, type SceneObjectState } from '@grafana/scenes';
import { EmptyState, LinkButton } from '@grafana/ui';
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
            <LinkButton icon="plus" href="/connections/datasources/new">
              Add a Clew datasource
            </LinkButton>
          ) : undefined
        }
      >
        {canAdd
          ? 'Choose "Clew" under "Distributed tracing", and give it the address of the store\'s query port: http://localhost:3200 if the store runs beside Grafana.'
          : 'An admin of this Grafana has to add a datasource of the type "Clew", or to let you query the one that exists.'}
      </EmptyState>
    </div>
  );
}
