import { useEffect, useRef } from 'react';
import { type MonacoEditor } from '@grafana/ui';

/**
 * Keeps an editor's text and a value the same, in both directions. What was typed comes back as the value a little
 * later, when more may have been typed already: that is no reason to change the text.
 */
export function useModelValue(
  editor: MonacoEditor | undefined,
  value: string,
  onChange: (value: string) => void
): void {
  const typed = useRef<string[]>([]);
  const isSetting = useRef(false);
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });

  useEffect(() => {
    const subscription = editor?.onDidChangeModelContent(() => {
      if (!isSetting.current) {
        const text = editor.getValue();
        typed.current.push(text);
        latest.current(text);
      }
    });
    return () => subscription?.dispose();
  }, [editor]);

  useEffect(() => {
    const echo = typed.current.indexOf(value);
    typed.current = typed.current.slice(echo + 1);
    const model = editor?.getModel();
    if (echo !== -1 || !editor || !model || editor.getValue() === value) {
      return;
    }
    typed.current = [];
    isSetting.current = true;
    editor.pushUndoStop();
    editor.executeEdits('clew', [{ range: model.getFullModelRange(), text: value }]);
    editor.pushUndoStop();
    isSetting.current = false;
  }, [editor, value]);
}
