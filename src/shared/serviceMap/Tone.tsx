import React from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

/** A service's colour before its name. */
export function Tone({ colour }: { readonly colour: string }) {
  return <span className={useStyles2(getStyle)} style={{ background: colour }} />;
}

const getStyle = (theme: GrafanaTheme2) =>
  css({ display: 'inline-block', width: 8, height: 8, marginRight: theme.spacing(0.75), borderRadius: 1 });
