import React, { useId, useState } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';

interface Props {
  title: string;
  count?: number;
  /** Its name in the session, which remembers whether it is open. */
  kept: string;
  isOpenAtFirst?: boolean;
  children: React.ReactNode;
}

/** A part of the details, which can be closed. */
export function Section({ title, count, kept, isOpenAtFirst = true, children }: Props) {
  const styles = useStyles2(getStyles);
  const [isOpen, setOpen] = useState(() => keptOpen(kept) ?? isOpenAtFirst);
  const id = useId();
  const toggle = () => {
    keepOpen(kept, !isOpen);
    setOpen(!isOpen);
  };
  return (
    <section className={styles.section}>
      <h4 className={styles.title}>
        <button type="button" className={styles.button} aria-expanded={isOpen} aria-controls={id} onClick={toggle}>
          <Icon name={isOpen ? 'angle-down' : 'angle-right'} size="sm" aria-hidden />
          {title}
          {count !== undefined && <span className={styles.count}>{count}</span>}
        </button>
      </h4>
      <div id={id}>{isOpen && children}</div>
    </section>
  );
}

const keyOf = (name: string): string => `clew.details.${name}`;

function keptOpen(name: string): boolean | undefined {
  try {
    const text = window.sessionStorage.getItem(keyOf(name));
    return text === null ? undefined : text === 'open';
  } catch {
    return undefined;
  }
}

function keepOpen(name: string, isOpen: boolean): void {
  try {
    window.sessionStorage.setItem(keyOf(name), isOpen ? 'open' : 'closed');
  } catch {
    // Where nothing may be stored, each span begins as the first did.
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  section: css({ borderTop: `1px solid ${theme.colors.border.weak}` }),
  title: css({ margin: 0, fontSize: theme.typography.body.fontSize }),
  button: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    width: '100%',
    padding: theme.spacing(0.5, 1),
    border: 'none',
    background: 'none',
    color: theme.colors.text.primary,
    fontWeight: theme.typography.fontWeightMedium,
    textAlign: 'left',
    '&:hover': { background: theme.colors.action.hover },
  }),
  count: css({ color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular }),
});
