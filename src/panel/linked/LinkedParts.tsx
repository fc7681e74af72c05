import React, { useEffect, useState, type ReactNode } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, LinkButton, LoadingBar, Stack, useStyles2 } from '@grafana/ui';

/** Seconds after which it is said how long it takes. */
const SLOW_AFTER_S = 3;

interface AskingProps {
  /** What is asked, and whom. */
  text: string;
  onStop: () => void;
}

/** A linked datasource has not answered yet. */
export function Asking({ text, onStop }: AskingProps) {
  const styles = useStyles2(getStyles);
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((last) => last + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const isSlow = seconds >= SLOW_AFTER_S;
  return (
    <div className={styles.asking}>
      <LoadingBar width={300} ariaLabel={text} />
      <p role="status">
        {text}
        {isSlow && ` ${seconds} s so far.`}
      </p>
      {isSlow && (
        <Button size="sm" variant="secondary" onClick={onStop}>
          Stop
        </Button>
      )}
    </div>
  );
}

/** There is nothing to show, and that is no failure. */
export function Message({ title, children }: { title: string; children: ReactNode }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.message}>
      <h4 className={styles.title}>{title}</h4>
      {children}
    </div>
  );
}

interface NextProps {
  text: string;
  settings: string | undefined;
  onRetry: (() => void) | undefined;
}

/** What is wrong, and what to do about it. */
export function Next({ text, settings, onRetry }: NextProps) {
  const styles = useStyles2(getStyles);
  return (
    <Stack direction="column" gap={1} alignItems="flex-start">
      <span className={styles.text}>{text}</span>
      <Stack gap={1} wrap="wrap">
        {onRetry && (
          <Button size="sm" variant="secondary" icon="sync" onClick={onRetry}>
            Try again
          </Button>
        )}
        {settings !== undefined && <SettingsLink href={settings} />}
      </Stack>
    </Stack>
  );
}

/** To where the link is set. */
export const SettingsLink = ({ href, name }: { href: string; name?: string }) => (
  <LinkButton size="sm" variant="secondary" icon="cog" href={href}>
    {name === undefined ? 'Datasource settings' : `Settings of ${name}`}
  </LinkButton>
);

const getStyles = (theme: GrafanaTheme2) => ({
  asking: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    gap: theme.spacing(1),
    padding: theme.spacing(0, 1),
    color: theme.colors.text.secondary,
    '& > p': { margin: 0 },
  }),
  message: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    gap: theme.spacing(1),
    maxWidth: 720,
    padding: theme.spacing(2),
    overflow: 'auto',
    color: theme.colors.text.secondary,
  }),
  title: css({ margin: 0, color: theme.colors.text.primary }),
  text: css({ overflowWrap: 'anywhere' }),
});
