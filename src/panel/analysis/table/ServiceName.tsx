import React from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

/** A service with the colour that it has in the waterfall. */
export function ServiceName({ service, colour }: { service: string; colour: (service: string) => string }) {
  const styles = useStyles2(getStyles);
  return (
    <>
      <span className={styles.dot} style={{ background: colour(service) }} />
      {service || 'No service'}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  dot: css({ display: 'inline-block', width: 8, height: 8, marginRight: theme.spacing(0.75), borderRadius: 1 }),
});
