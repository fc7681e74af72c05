import React from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Modal, useStyles2 } from '@grafana/ui';
import { keymap, type KeyGroup } from '../timeline';

const GROUPS: readonly KeyGroup[] = ['Move', 'Zoom', 'Tree', 'Find', 'View'];

const POINTER: ReadonlyArray<readonly [string, string]> = [
  ['Wheel', 'Scroll the rows; with Shift or sideways, the time'],
  ['Ctrl wheel', 'Zoom the time around the pointer'],
  ['Drag in the bars', 'Move the time'],
  ['Drag in the ruler or the overview', 'Zoom to what is marked'],
  ['Double click', 'Zoom to the span'],
];

interface Props {
  onClose: () => void;
}

/** What keys and pointer do. */
export function HelpDialog({ onClose }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <Modal isOpen title="Keys and pointer" onDismiss={onClose} onClickBackdrop={onClose}>
      <div className={styles.groups}>
        {GROUPS.map((group) => (
          <section key={group}>
            <h4 className={styles.title}>{group}</h4>
            <dl className={styles.list}>
              {keymap
                .filter((binding) => binding.group === group)
                .map(({ action, labels, text }) => (
                  <div key={action} className={styles.line}>
                    <dt className={styles.keys}>
                      {labels.map((label) => (
                        <kbd key={label}>{label}</kbd>
                      ))}
                    </dt>
                    <dd className={styles.text}>{text}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
        <section>
          <h4 className={styles.title}>Pointer</h4>
          <dl className={styles.list}>
            {POINTER.map(([what, text]) => (
              <div key={what} className={styles.line}>
                <dt className={styles.keys}>{what}</dt>
                <dd className={styles.text}>{text}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Modal>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  groups: css({ columns: '300px 2', columnGap: theme.spacing(4), section: { breakInside: 'avoid' } }),
  title: css({ margin: theme.spacing(0, 0, 0.5), fontSize: theme.typography.h6.fontSize }),
  list: css({ margin: theme.spacing(0, 0, 2) }),
  line: css({ display: 'flex', gap: theme.spacing(1), padding: theme.spacing(0.25, 0) }),
  keys: css({
    display: 'flex',
    gap: theme.spacing(0.5),
    flex: '0 0 100px',
    fontWeight: theme.typography.fontWeightRegular,
    color: theme.colors.text.secondary,
  }),
  text: css({ margin: 0 }),
});
