import React from 'react';
import { css } from '@emotion/css';

/** A name that only screen readers see, for controls that take no `aria-label` of their own. */
export function HiddenLabel({ id, children }: { id: string; children: string }) {
  return (
    <span id={id} className={hidden}>
      {children}
    </span>
  );
}

const hidden = css({
  position: 'absolute',
  width: 1,
  height: 1,
  overflow: 'hidden',
  clipPath: 'inset(50%)',
  whiteSpace: 'nowrap',
});
