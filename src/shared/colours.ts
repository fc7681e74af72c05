import { type GrafanaTheme2 } from '@grafana/data';

export type Health = 'good' | 'warning' | 'bad';

export function healthColour(theme: GrafanaTheme2, health: Health): string {
  switch (health) {
    case 'good':
      return theme.colors.success.text;
    case 'warning':
      return theme.colors.warning.text;
    case 'bad':
      return theme.colors.error.text;
  }
}
