import React, { useRef, useState } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

interface Props {
  onFile: (file: File) => void;
  /** The element of the input that opens the browser's dialog. */
  inputRef: React.RefObject<HTMLInputElement>;
  children: React.ReactNode;
}

/** Takes a file that is dropped anywhere on what is in it. */
export function FileDrop({ onFile, inputRef, children }: Props) {
  const styles = useStyles2(getStyles);
  const [isOver, setOver] = useState(false);
  // Enter and leave come for every element inside, too.
  const depth = useRef(0);
  const enter = (step: 1 | -1) => {
    depth.current = Math.max(0, depth.current + step);
    setOver(depth.current > 0);
  };
  return (
    <div
      className={styles.area}
      onDragEnter={(event) => hasFile(event) && enter(1)}
      onDragLeave={(event) => hasFile(event) && enter(-1)}
      onDragOver={(event) => {
        if (hasFile(event)) {
          event.preventDefault();
        }
      }}
      onDrop={(event) => {
        depth.current = 0;
        setOver(false);
        const [file] = event.dataTransfer.files;
        if (file) {
          event.preventDefault();
          event.stopPropagation();
          onFile(file);
        }
      }}
    >
      {children}
      <input
        ref={inputRef}
        type="file"
        hidden
        aria-label="A file of a trace"
        accept=".json,.jsonl,.ndjson,.pb,.bin,.otlp,.gz,application/json"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file) {
            onFile(file);
          }
          // The same file can be chosen again.
          currentTarget.value = '';
        }}
      />
      {isOver && <div className={styles.over}>Drop the file to open its trace</div>}
    </div>
  );
}

const hasFile = ({ dataTransfer }: React.DragEvent): boolean => Array.from(dataTransfer.types).includes('Files');

const getStyles = (theme: GrafanaTheme2) => ({
  area: css({ position: 'relative', width: '100%', height: '100%', minHeight: 0 }),
  over: css({
    position: 'absolute',
    inset: 0,
    zIndex: theme.zIndex.dropdown,
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    pointerEvents: 'none',
    border: `2px dashed ${theme.colors.primary.border}`,
    background: theme.colors.background.elevated,
    opacity: 0.9,
    fontSize: theme.typography.h4.fontSize,
  }),
});
