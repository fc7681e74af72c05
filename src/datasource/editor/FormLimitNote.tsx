import React from 'react';
import { Text } from '@grafana/ui';
import { testIds } from '../../shared/testIds';
import { classify } from '../query/classify';
import { formLimit } from '../query/form/formLimit';
import { useDebounced } from './useDebounced';

/** Why the search form is not to be had for a text: it would lose a part of it. */
export function FormLimitNote({ text }: { text: string }) {
  const settled = useDebounced(text, 300);
  const isQuery = classify({ query: settled }).kind !== 'lookup';
  const limit = isQuery ? formLimit(settled) : undefined;
  return limit === undefined ? null : (
    <div data-testid={testIds.queryEditor.formLimit}>
      <Text variant="bodySmall" color="secondary">
        The search form cannot show this query: {limit}.
      </Text>
    </div>
  );
}
