import { useState } from 'react';

/** Text as it is typed. Each change goes out at once; a text that comes from elsewhere replaces it. */
export function useDraft(text: string, onText: (text: string) => void): [draft: string, type: (text: string) => void] {
  const [state, setState] = useState({ sent: text, draft: text });
  if (text !== state.sent) {
    setState({ sent: text, draft: text });
  }
  const type = (draft: string) => {
    setState({ sent: draft, draft });
    onText(draft);
  };
  return [text === state.sent ? state.draft : text, type];
}
