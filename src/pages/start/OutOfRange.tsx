import React from 'react';
import { Button, EmptyState } from '@grafana/ui';
import { formatAge } from '../../shared/format';
import { testIds } from '../../shared/testIds';

interface Props {
  newestMs: number | undefined;
  atMs: number;
  onShowAround: (ms: number) => void;
}

/** The store has spans, and none of them is in the time range. */
export function OutOfRange({ newestMs, atMs, onShowAround }: Props) {
  return (
    <div data-testid={testIds.start.outOfRange}>
      <EmptyState
        variant="not-found"
        message="No spans in this time range"
        button={
          newestMs === undefined ? undefined : (
            <Button variant="secondary" icon="clock-nine" onClick={() => onShowAround(newestMs)}>
              Show the time around it
            </Button>
          )
        }
      >
        {newestMs === undefined
          ? 'Choose another range.'
          : `The newest span in the store is from ${formatAge(atMs - newestMs)}.`}
      </EmptyState>
    </div>
  );
}
