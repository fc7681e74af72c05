import React, { useEffect, useRef, useState } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { TimelineView, type Target, type TimelineModel, type ViewState } from '../timeline';
import { HoverCard, type Hovered } from './HoverCard';
import { timelineThemeOf } from './timelineThemeOf';

export interface HostHandlers {
  /** `byPointer`: clicked; else reached by keys. */
  readonly onSelect: (target: Target | undefined, byPointer: boolean) => void;
  readonly onOpen: (target: Target) => void;
  readonly onHelp: () => void;
  readonly onEscape: () => void;
  readonly onView: (state: ViewState) => void;
}

interface Props {
  model: TimelineModel;
  minimap: boolean;
  handlers: HostHandlers;
  /** Hears of the view when it is there, and of undefined when it goes. */
  onReady: (view: TimelineView | undefined) => void;
}

/** The canvas, and the card that follows the pointer on it. */
export function TimelineHost({ model, minimap, handlers, onReady }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const container = useRef<HTMLDivElement>(null);
  const view = useRef<TimelineView>();
  const latest = useRef(handlers);
  const byPointer = useRef(false);
  const [hovered, setHovered] = useState<Hovered>();
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    if (!container.current) {
      return undefined;
    }
    const timeline = new TimelineView({
      container: container.current,
      model,
      theme: timelineThemeOf(theme),
      minimap,
      onSelect: (target) => latest.current.onSelect(target, byPointer.current),
      onOpen: (target) => latest.current.onOpen(target),
      onHover: (target, place) =>
        setHovered(
          target && {
            target,
            place,
            width: container.current?.clientWidth ?? 0,
            height: container.current?.clientHeight ?? 0,
          }
        ),
      onHelp: () => latest.current.onHelp(),
      onEscape: () => latest.current.onEscape(),
      onView: (state) => latest.current.onView(state),
    });
    view.current = timeline;
    onReady(timeline);
    return () => {
      view.current = undefined;
      onReady(undefined);
      timeline.destroy();
    };
    // The theme is handed to the view that is there.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [model, minimap, onReady]);
  useEffect(() => view.current?.setTheme(timelineThemeOf(theme)), [theme]);
  return (
    <div
      className={styles.host}
      onPointerDownCapture={() => {
        byPointer.current = true;
        setHovered(undefined);
      }}
      onKeyDownCapture={() => {
        byPointer.current = false;
        setHovered(undefined);
      }}
      onPointerLeave={() => setHovered(undefined)}
    >
      <div ref={container} className={styles.canvas} />
      {hovered && <HoverCard model={model} hovered={hovered} />}
    </div>
  );
}

const getStyles = (_theme: GrafanaTheme2) => ({
  host: css({ position: 'relative', flex: 1, minWidth: 0, minHeight: 0, overflow: 'hidden' }),
  canvas: css({ position: 'absolute', inset: 0 }),
});
