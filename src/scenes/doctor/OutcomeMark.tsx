import React from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Icon, useTheme2 } from '@grafana/ui';
import { type Outcome } from '@clew/doctor';
import { OUTCOMES } from './outcomes';

/** A shape and a word for an outcome. */
export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  const theme = useTheme2();
  const { word, icon, tone } = OUTCOMES[outcome];
  return (
    <span className={styles(theme)} style={{ color: colourOf(theme, tone) }}>
      <Icon name={icon} aria-hidden /> {word}
    </span>
  );
}

function colourOf(theme: GrafanaTheme2, tone: (typeof OUTCOMES)[Outcome]['tone']): string {
  return tone === 'none' ? theme.colors.text.secondary : theme.colors[tone].text;
}

const styles = (theme: GrafanaTheme2) =>
  css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5), whiteSpace: 'nowrap' });
