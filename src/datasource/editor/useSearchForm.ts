import { useState } from 'react';
import { fromTraceql } from '../query/form/fromTraceql';
import { EMPTY_FORM, type SearchForm } from '../query/form/searchForm';
import { toTraceql } from '../query/form/toTraceql';

/**
 * The form of a text. The text is what is stored; the form also remembers what is half filled in and so not in the text
 * yet. A text that comes from elsewhere replaces it.
 */
export function useSearchForm(
  text: string,
  onText: (text: string) => void
): [form: SearchForm, change: (form: SearchForm) => void] {
  const [state, setState] = useState(() => ({ text, form: fromTraceql(text) ?? EMPTY_FORM }));
  let { form } = state;
  if (text !== state.text) {
    form = fromTraceql(text) ?? EMPTY_FORM;
    setState({ text, form });
  }
  const change = (changed: SearchForm) => {
    const made = toTraceql(changed);
    // A form that makes no TraceQL (yet) is kept here, and the text stays what it was.
    if (fromTraceql(made) === undefined) {
      setState({ text, form: changed });
      return;
    }
    setState({ text: made, form: changed });
    if (made !== text) {
      onText(made);
    }
  };
  return [form, change];
}
