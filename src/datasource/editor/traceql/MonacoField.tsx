import React, { memo, useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { ReactMonacoEditor, useStyles2, type Monaco, type MonacoEditor, type monacoTypes } from '@grafana/ui';
import { type QueryProblem } from '../../query/problem';
import { type CompletionContext } from './completions';
import { LANGUAGE, completeIn, registerLanguage } from './language';
import { problemRange, problemText } from './monacoItems';
import { useModelValue } from './useModelValue';

interface Props {
  value: string;
  label: string;
  placeholder: string;
  /** Id of what describes it. */
  describedBy: string;
  problem: QueryProblem | undefined;
  completion: CompletionContext;
  onChange: (value: string) => void;
  onRun: () => void;
  /** Where the cursor is, while the field has the focus; undefined while it has not. */
  onCursor: (offset: number | undefined) => void;
  /** It is there, and can take over from what stood in for it. */
  onReady: (editor: MonacoEditor) => void;
}

interface Mounted {
  readonly editor: MonacoEditor;
  readonly monaco: Monaco;
}

const LINE_HEIGHT = 20;
const PADDING = 5;
const BORDER = 1;
const MAX_LINES = 10;
const heightOf = (lines: number): number => lines * LINE_HEIGHT + 2 * PADDING;

const Editor = memo(ReactMonacoEditor);

/** TraceQL in Monaco: as high as its text, up to ten lines. */
export function MonacoField(props: Props) {
  const { value, label, placeholder, describedBy, problem, onChange } = props;
  const styles = useStyles2(getStyles);
  const [mounted, setMounted] = useState<Mounted>();
  const [height, setHeight] = useState(heightOf(1));
  // Monaco keeps the functions that it is given first.
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  // Until Monaco is there, each time that it is drawn it is loaded anew; so it is not drawn for what is typed meanwhile.
  const [first] = useState(value);
  const options = useMemo(() => ({ ...OPTIONS, ariaLabel: label }), [label]);
  useModelValue(mounted?.editor, value, onChange);

  const onMount = useCallback((editor: MonacoEditor, monaco: Monaco) => {
    const grow = () => setHeight(Math.min(Math.max(editor.getContentHeight(), heightOf(1)), heightOf(MAX_LINES)));
    editor.onDidContentSizeChange(grow);
    grow();
    const { KeyMod, KeyCode } = monaco;
    editor.addAction({
      id: 'clew-run-query',
      label: 'Run query',
      keybindings: [KeyMod.Shift | KeyCode.Enter, KeyMod.CtrlCmd | KeyCode.Enter],
      run: () => latest.current.onRun(),
    });
    const tellCursor = () => {
      const position = editor.hasTextFocus() ? editor.getPosition() : null;
      latest.current.onCursor(position === null ? undefined : editor.getModel()?.getOffsetAt(position));
    };
    editor.onDidChangeCursorPosition(tellCursor);
    editor.onDidFocusEditorText(tellCursor);
    editor.onDidBlurEditorText(tellCursor);
    setMounted({ editor, monaco });
    latest.current.onReady(editor);
  }, []);

  useEffect(() => {
    const model = mounted?.editor.getModel();
    return model ? completeIn(model, () => latest.current.completion) : undefined;
  }, [mounted]);

  useEffect(() => {
    if (mounted) {
      showProblem(mounted, problem);
    }
  }, [mounted, problem]);

  useEffect(() => {
    const input = mounted?.editor.getDomNode()?.querySelector('textarea');
    input?.setAttribute('aria-describedby', describedBy);
    input?.setAttribute('aria-invalid', String(problem !== undefined));
  }, [mounted, describedBy, problem]);

  /** Tab goes on to the next field, as in a form, unless it picks a suggestion. */
  const letTabLeave = (event: KeyboardEvent) => {
    const isPicking = mounted?.editor.getDomNode()?.querySelector('.suggest-widget.visible');
    if (event.key === 'Tab' && !isPicking) {
      event.stopPropagation();
    }
  };

  return (
    <div className={styles.field} style={{ height: height + 2 * BORDER }} onKeyDownCapture={letTabLeave}>
      <Editor
        height="100%"
        language={LANGUAGE}
        value={first}
        options={options}
        beforeMount={registerLanguage}
        onMount={onMount}
      />
      {mounted && value === '' && (
        <div className={styles.placeholder} aria-hidden>
          {placeholder}
        </div>
      )}
    </div>
  );
}

function showProblem({ editor, monaco }: Mounted, problem: QueryProblem | undefined): void {
  const model = editor.getModel();
  if (model === null) {
    return;
  }
  const range = problem && problemRange(model.getValue(), problem, (offset) => model.getPositionAt(offset));
  const severity = monaco.MarkerSeverity.Error;
  const markers = problem && range ? [{ ...range, message: problemText(problem), severity }] : [];
  monaco.editor.setModelMarkers(model, LANGUAGE, markers);
}

const OPTIONS: monacoTypes.editor.IStandaloneEditorConstructionOptions = {
  autoClosingOvertype: 'always',
  automaticLayout: true,
  codeLens: false,
  contextmenu: false,
  // Menus and hovers are not cut off by the panel that the field stands in.
  fixedOverflowWidgets: true,
  folding: false,
  fontSize: 13,
  glyphMargin: false,
  lineDecorationsWidth: 8,
  lineHeight: LINE_HEIGHT,
  lineNumbers: 'off',
  lineNumbersMinChars: 0,
  links: false,
  minimap: { enabled: false },
  occurrencesHighlight: false,
  overviewRulerBorder: false,
  overviewRulerLanes: 0,
  hideCursorInOverviewRuler: true,
  padding: { top: PADDING, bottom: PADDING },
  quickSuggestions: { other: true, strings: true, comments: false },
  quickSuggestionsDelay: 50,
  renderLineHighlight: 'none',
  scrollBeyondLastLine: false,
  scrollbar: { vertical: 'auto', horizontal: 'hidden', verticalScrollbarSize: 8, alwaysConsumeMouseWheel: false },
  selectionHighlight: false,
  suggest: { showWords: false, showStatusBar: false, insertMode: 'replace' },
  suggestFontSize: 12,
  tabSize: 2,
  wordBasedSuggestions: false,
  wordWrap: 'on',
  wrappingIndent: 'indent',
};

const getStyles = (theme: GrafanaTheme2) => ({
  field: css({
    position: 'relative',
    boxSizing: 'border-box',
    overflow: 'hidden',
    borderRadius: theme.shape.radius.default,
    border: `${BORDER}px solid ${theme.components.input.borderColor}`,
    '&:hover': { borderColor: theme.components.input.borderHover },
    '&:focus-within': {
      outline: `2px solid ${theme.colors.primary.main}`,
      outlineOffset: 2,
    },
  }),
  placeholder: css({
    position: 'absolute',
    top: PADDING,
    left: 8,
    right: 8,
    lineHeight: `${LINE_HEIGHT}px`,
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: 13,
    color: theme.colors.text.disabled,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    pointerEvents: 'none',
  }),
});
