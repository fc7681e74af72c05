import { useEffect, useReducer } from 'react';
import { type ModelChange, type TimelineModel } from '../timeline';

/** Renders anew when one of these changes; the answer is another number each time. */
export function useModelChange(model: TimelineModel, ...changes: ModelChange[]): number {
  const [version, bump] = useReducer((count: number) => count + 1, 0);
  const wanted = changes.join(' ');
  useEffect(
    () =>
      model.subscribe((change) => {
        if (wanted.split(' ').includes(change)) {
          bump();
        }
      }),
    [model, wanted]
  );
  return version;
}
