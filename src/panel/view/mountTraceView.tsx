import React from 'react';
import { createRoot } from 'react-dom/client';
import { createTheme, ThemeContext, type GrafanaTheme2 } from '@grafana/data';
import { TraceView } from './TraceView';
import { type TraceViewProps } from './viewTypes';

export interface MountedTraceView {
  /** Shows it with these props from now on. */
  update(props: TraceViewProps, theme?: GrafanaTheme2): void;
  unmount(): void;
}

/** Puts the viewer into an element of a page that has no Grafana. The element needs a height of its own. */
export function mountTraceView(
  element: HTMLElement,
  props: TraceViewProps,
  theme: GrafanaTheme2 = createTheme({ colors: { mode: 'dark' } })
): MountedTraceView {
  const root = createRoot(element);
  let shownTheme = theme;
  const show = (shown: TraceViewProps) =>
    root.render(
      <ThemeContext.Provider value={shownTheme}>
        <TraceView {...shown} />
      </ThemeContext.Provider>
    );
  show(props);
  return {
    update: (next, nextTheme = shownTheme) => {
      shownTheme = nextTheme;
      show(next);
    },
    unmount: () => root.unmount(),
  };
}
