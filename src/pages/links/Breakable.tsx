import React, { Fragment } from 'react';

/** Text with a metric's name in it, which may break at its underscores. */
export function Breakable({ text }: { text: string }) {
  return text.split(/(?<=_)/).map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
