import React from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Icon, IconButton, Input, useStyles2 } from '@grafana/ui';
import { formatCount } from '../../shared/format';
import { type TimelineModel } from '../timeline';
import { type SearchState } from './useSearch';
import { useModelChange } from './useModelChange';

interface Props {
  model: TimelineModel;
  text: string;
  search: SearchState;
  hideOthers: boolean;
  onText: (text: string) => void;
  onHideOthers: (hide: boolean) => void;
  onStep: (step: 1 | -1) => void;
}

/** Finds spans by a text or by TraceQL, and goes from one to the next. */
export function SearchField({ model, text, search, hideOthers, onText, onHideOthers, onStep }: Props) {
  const styles = useStyles2(getStyles);
  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      onStep(event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape' && text !== '') {
      event.stopPropagation();
      onText('');
    }
  };
  const isActive = text.trim() !== '';
  return (
    <div className={styles.search}>
      <div className={styles.input}>
        <Input
          value={text}
          aria-label="Find spans"
          placeholder="Find: text, or { TraceQL }"
          spellCheck={false}
          invalid={search.problem !== undefined}
          prefix={<Icon name="search" aria-hidden />}
          suffix={
            text === '' ? undefined : (
              <IconButton name="times" size="sm" aria-label="Clear the search" onClick={() => onText('')} />
            )
          }
          onChange={({ currentTarget }) => onText(currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {search.problem !== undefined && (
          <div className={styles.problem} role="alert">
            {search.problem}
          </div>
        )}
      </div>
      {isActive && (
        <>
          <Counter model={model} search={search} />
          <IconButton name="angle-up" size="md" aria-label="Previous match" onClick={() => onStep(-1)} />
          <IconButton name="angle-down" size="md" aria-label="Next match" onClick={() => onStep(1)} />
          <IconButton
            name="filter"
            size="md"
            aria-label={hideOthers ? 'Show other spans too' : 'Hide other spans'}
            aria-pressed={hideOthers}
            variant={hideOthers ? 'primary' : 'secondary'}
            onClick={() => onHideOthers(!hideOthers)}
          />
        </>
      )}
    </div>
  );
}

function Counter({ model, search }: { model: TimelineModel; search: SearchState }) {
  const styles = useStyles2(getStyles);
  useModelChange(model, 'matches', 'selection', 'table', 'rows');
  const { matchCount, matchIndex } = model;
  const text =
    search.bits === undefined
      ? search.isSearching
        ? '…'
        : ''
      : matchIndex < 0
        ? `${formatCount(matchCount)}${search.isSearching ? '…' : ''}`
        : `${formatCount(matchIndex + 1)} of ${formatCount(matchCount)}`;
  return (
    <span className={styles.counter} role="status" aria-label={text === '' ? undefined : `${text} matches`}>
      {text}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  search: css({ display: 'flex', alignItems: 'center', flex: '1 1 240px', minWidth: 180, gap: theme.spacing(0.5) }),
  input: css({ position: 'relative', flex: 1, minWidth: 0 }),
  problem: css({
    position: 'absolute',
    zIndex: theme.zIndex.dropdown,
    top: '100%',
    left: 0,
    right: 0,
    padding: theme.spacing(0.5, 1),
    background: theme.colors.background.elevated,
    border: `1px solid ${theme.colors.error.border}`,
    color: theme.colors.error.text,
    fontSize: theme.typography.bodySmall.fontSize,
    overflowWrap: 'anywhere',
  }),
  counter: css({
    minWidth: 24,
    color: theme.colors.text.secondary,
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
    textAlign: 'right',
  }),
});
