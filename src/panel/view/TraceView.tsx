import React, { useCallback, useRef, useState } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, LoadingBar, useStyles2 } from '@grafana/ui';
import { openTrace, type TraceFile } from '../trace/fileTrace';
import { type TraceFeed } from '../trace/traceFeed';
import { EmptyTrace } from './EmptyTrace';
import { FileDrop } from './FileDrop';
import { LoadedTrace } from './LoadedTrace';
import { TraceChooser } from './TraceChooser';
import { type TraceViewProps } from './viewTypes';

const EMPTY = { title: 'No trace', text: 'There is nothing to show.' };

type Opened =
  | { readonly kind: 'file'; readonly file: TraceFile; readonly feed: TraceFeed | undefined }
  | { readonly kind: 'opening'; readonly name: string }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string };

/**
 * A trace as a waterfall, with all that belongs to it. Knows nothing of panels: fills the element it is put in, which needs a height
 * of its own.
 */
export function TraceView(props: TraceViewProps) {
  const styles = useStyles2(getStyles);
  const { feed, empty = EMPTY, choices, timeZone, isWaiting } = props;
  const input = useRef<HTMLInputElement>(null);
  const key = feed?.key;
  const [state, setState] = useState<{ readonly beside: string | undefined; readonly opened: Opened | undefined }>();
  // What the page shows next counts more than the file.
  const opened = state?.beside === key ? state?.opened : undefined;
  const setOpened = useCallback((next: Opened | undefined) => setState({ beside: key, opened: next }), [key]);
  const newest = useRef(0);
  const openFile = useCallback(() => input.current?.click(), []);
  const onFile = useCallback(
    (file: File) => {
      newest.current += 1;
      const mine = newest.current;
      setOpened({ kind: 'opening', name: file.name });
      openTrace(file).then(
        (traces) => {
          if (mine === newest.current) {
            setOpened({
              kind: 'file',
              file: traces,
              feed: traces.traces.length === 1 ? traces.traces[0].feed : undefined,
            });
          }
        },
        (error: unknown) => {
          if (mine === newest.current) {
            setOpened({
              kind: 'failed',
              name: file.name,
              message: error instanceof Error ? error.message : String(error),
            });
          }
        }
      );
    },
    [setOpened]
  );
  const shown = opened?.kind === 'file' ? opened.feed : feed;
  return (
    <FileDrop onFile={onFile} inputRef={input}>
      <div className={styles.page}>
        {opened && (
          <div className={styles.opened}>
            {opened.kind === 'failed' ? (
              <Alert severity="error" title={`${opened.name} cannot be opened`} onRemove={() => setOpened(undefined)}>
                {opened.message}
              </Alert>
            ) : (
              <div className={styles.bar} role="status">
                <span>
                  {opened.kind === 'opening' ? `Opening ${opened.name}…` : `From the file ${opened.file.name}`}
                </span>
                {opened.kind === 'file' && opened.feed && opened.file.traces.length > 1 && (
                  <Button
                    size="sm"
                    fill="text"
                    variant="secondary"
                    onClick={() => setOpened({ ...opened, feed: undefined })}
                  >
                    Another trace of it
                  </Button>
                )}
                {opened.kind === 'file' && (
                  <Button size="sm" fill="text" variant="secondary" onClick={() => setOpened(undefined)}>
                    Close the file
                  </Button>
                )}
              </div>
            )}
          </div>
        )}
        <div className={styles.main}>
          {opened?.kind === 'file' && !opened.feed ? (
            <TraceChooser
              title={`Traces in ${opened.file.name}`}
              timeZone={timeZone}
              choices={opened.file.traces.map((trace) => ({
                ...trace,
                onChoose: () => setOpened({ ...opened, feed: trace.feed }),
              }))}
            />
          ) : shown ? (
            <LoadedTrace {...props} key={shown.key} feed={shown} isPageTrace={shown === feed} onOpenFile={openFile} />
          ) : choices && choices.length > 0 ? (
            <TraceChooser title="Choose a trace" choices={choices} timeZone={timeZone} />
          ) : isWaiting ? (
            <LoadingBar width={300} ariaLabel="Waiting for the query" />
          ) : (
            <EmptyTrace {...empty} onOpenFile={openFile} />
          )}
        </div>
      </div>
    </FileDrop>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 }),
  opened: css({ flexShrink: 0 }),
  bar: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0, 1),
    color: theme.colors.text.secondary,
  }),
  main: css({ flex: 1, minHeight: 0 }),
});
