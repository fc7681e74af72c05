import React, { useState } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, Icon, LinkButton, useStyles2, type IconName } from '@grafana/ui';
import { formatCount } from '../../shared/format';
import { type TraceFinding } from '../trace/traceFinding';
import { type TraceFindings } from './useFindings';

interface Props {
  found: TraceFindings;
  /** Where the trace is compared with what is usual, if there is such a place. */
  compareUrl: string | undefined;
  /** Where another trace is shown. */
  traceUrl: ((traceId: string) => string | undefined) | undefined;
  onShowSpan: (spanId: string) => void;
}

type Tone = 'good' | 'info' | 'warning' | 'critical';

const ICONS: Readonly<Record<Tone, IconName>> = {
  good: 'check-circle',
  info: 'info-circle',
  warning: 'exclamation-triangle',
  critical: 'exclamation-circle',
};

const toneOf = ({ kind, severity }: TraceFinding): Tone => (kind === 'healthy' ? 'good' : severity);

/** What is wrong with the trace, in the sentence that one would say first; the rest when it is asked for. */
export function FindingsBar({ found, compareUrl, traceUrl, onShowSpan }: Props) {
  const styles = useStyles2(getStyles);
  const [isOpen, setOpen] = useState(false);
  if (found.state === 'none') {
    return null;
  }
  // The line is there from the start, so that the rows below keep their places.
  if (found.state === 'looking') {
    return (
      <section className={styles.findings} aria-label="Findings" aria-busy>
        <p className={styles.looking}>Looking for what is wrong…</p>
      </section>
    );
  }
  const { findings } = found;
  const [first] = findings;
  const shown = isOpen ? findings : [first];
  const more = findings.length - 1;
  return (
    <section className={styles.findings} aria-label="Findings">
      <ol className={styles.list}>
        {shown.map((finding, index) => {
          const tone = toneOf(finding);
          const [spanId] = finding.spanIds;
          const otherUrl = finding.otherTraceId === undefined ? undefined : traceUrl?.(finding.otherTraceId);
          return (
            <li key={index} className={styles.finding}>
              <Icon name={ICONS[tone]} className={styles[tone]} aria-label={tone === 'good' ? 'healthy' : tone} />
              <div className={styles.text}>
                <span>{finding.title}</span>
                {isOpen && (
                  <p className={styles.detail}>
                    {finding.detail} {finding.next}
                  </p>
                )}
              </div>
              {spanId !== undefined && tone !== 'good' && (
                <Button size="sm" fill="text" variant="secondary" onClick={() => onShowSpan(spanId)}>
                  Show
                </Button>
              )}
              {otherUrl !== undefined && (
                <LinkButton size="sm" fill="text" variant="secondary" href={otherUrl}>
                  Open the other half
                </LinkButton>
              )}
              {index === 0 && compareUrl !== undefined && (
                <LinkButton size="sm" fill="text" variant="secondary" href={compareUrl}>
                  Compare with usual
                </LinkButton>
              )}
              {index === 0 && (
                <Button
                  size="sm"
                  fill="text"
                  variant="secondary"
                  icon={isOpen ? 'angle-up' : 'angle-down'}
                  aria-expanded={isOpen}
                  onClick={() => setOpen(!isOpen)}
                >
                  {isOpen ? 'Less' : more > 0 ? `${formatCount(more)} more` : 'Why'}
                </Button>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  findings: css({ flexShrink: 0, maxHeight: '40%', overflowY: 'auto' }),
  list: css({ listStyle: 'none', margin: 0, padding: 0 }),
  finding: css({
    display: 'flex',
    alignItems: 'flex-start',
    gap: theme.spacing(1),
    padding: theme.spacing(0.5, 1),
    '& > svg, & > div:first-child': { marginTop: 3 },
  }),
  looking: css({ margin: 0, padding: theme.spacing(0.75, 1), color: theme.colors.text.secondary }),
  text: css({ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }),
  detail: css({ margin: 0, color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  good: css({ color: theme.colors.success.text, flexShrink: 0 }),
  info: css({ color: theme.colors.info.text, flexShrink: 0 }),
  warning: css({ color: theme.colors.warning.text, flexShrink: 0 }),
  critical: css({ color: theme.colors.error.text, flexShrink: 0 }),
});
