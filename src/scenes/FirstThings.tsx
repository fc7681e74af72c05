import React, { createContext, useContext, useEffect, useMemo, useState } from 'react';

interface Turns {
  /** Something that people wait for has begun; call what it returns once it is there. */
  readonly begin: () => () => void;
  readonly areAllThere: boolean;
}

const Context = createContext<Turns>({ begin: () => () => undefined, areAllThere: true });

/** A page on which some parts come first: the others, each a WhenSeen, begin when nothing of these is under way. */
export function FirstThings({ children }: { children: React.ReactNode }) {
  const [waiting, setWaiting] = useState(0);
  const begin = useMemo(
    () => () => {
      setWaiting((count) => count + 1);
      return () => setWaiting((count) => count - 1);
    },
    []
  );
  const turns = useMemo(() => ({ begin, areAllThere: waiting === 0 }), [begin, waiting]);
  return <Context.Provider value={turns}>{children}</Context.Provider>;
}

/** Says that this part comes first while it loads. */
export function useComesFirst(isLoading: boolean): void {
  const { begin } = useContext(Context);
  useEffect(() => (isLoading ? begin() : undefined), [begin, isLoading]);
}

export const useAreFirstThingsThere = (): boolean => useContext(Context).areAllThere;
