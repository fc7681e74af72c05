import React, { useEffect, useRef, useState } from 'react';
import { useAreFirstThingsThere } from './FirstThings';

interface Props {
  /** Pixels that it takes about, so that what is below does not come into view because this is empty. */
  height: number;
  children: React.ReactNode;
}

/**
 * A part of a page that begins, and asks the store, when it is first scrolled into view: what people look at does not wait for what they
 * do not. Nor before the page's first things are there. It stays from then on.
 */
export function WhenSeen({ height, children }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [isSeen, setSeen] = useState(false);
  const isItsTurn = useAreFirstThingsThere();
  useEffect(() => {
    const { current } = place;
    if (!current || isSeen || !isItsTurn) {
      return;
    }
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) {
        setSeen(true);
      }
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, [isSeen, isItsTurn]);
  return (
    <div ref={place} style={isSeen ? undefined : { minHeight: height }}>
      {isSeen && children}
    </div>
  );
}
