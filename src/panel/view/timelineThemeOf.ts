import { type GrafanaTheme2 } from '@grafana/data';
import { type TimelineTheme } from '../timeline';

/** Grafana's colours for the canvas. */
export function timelineThemeOf({ colors, typography, isDark, visualization }: GrafanaTheme2): TimelineTheme {
  return {
    dark: isDark,
    fontFamily: typography.fontFamily,
    background: colors.background.primary,
    header: colors.background.secondary,
    text: colors.text.primary,
    textDim: colors.text.secondary,
    textFaint: colors.text.disabled,
    line: colors.border.weak,
    border: colors.border.medium,
    hover: colors.action.hover,
    selected: colors.primary.transparent,
    accent: colors.primary.text,
    error: colors.error.text,
    warning: colors.warning.text,
    match: visualization.getColorByName('yellow'),
  };
}
