import React, { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { LoadingBar, useStyles2, useTheme2 } from '@grafana/ui';
import { formatCount } from '../../shared/format';
import { AnalysisPane } from '../analysis/AnalysisPane';
import { LogsView, logMarks, useTraceLogs, type TraceLogs } from '../logs';
import { TimelineModel, toneColour, type Colouring, type TimelineAction, type TimelineView } from '../timeline';
import { type TraceFeed } from '../trace/traceFeed';
import { type TraceTable } from '../trace/traceTable';
import { describeFailure } from './describeFailure';
import { DetailsDrawer, type DrawerActions } from './details/DetailsDrawer';
import { download } from './download';
import { FindingsBar } from './FindingsBar';
import { HelpDialog } from './HelpDialog';
import { Notices } from './Notices';
import { RowsTable } from './RowsTable';
import { SideBySide } from './SideBySide';
import { TimelineHost, type HostHandlers } from './TimelineHost';
import { Toolbar, type DownloadFormat, type ToolbarActions } from './Toolbar';
import { rowOfSpan, spanIdOfNode, traceFacts } from './traceFacts';
import { TraceFailure } from './TraceFailure';
import { TraceHeader } from './TraceHeader';
import { useAnalysis } from './useAnalysis';
import { useAttributeColumns } from './useAttributeColumns';
import { useCriticalPath } from './useCriticalPath';
import { useFindings } from './useFindings';
import { useLosses } from './useLosses';
import { useModelChange } from './useModelChange';
import { useSearch } from './useSearch';
import { useSize } from './useSize';
import { useTraceLoad } from './useTraceLoad';
import { useVisibleEvents } from './useVisibleEvents';
import { withCondition } from './conditions';
import { isTraceql } from './textMatches';
import {
  DEFAULT_SETTINGS,
  type TraceViewProps,
  type ViewLinks,
  type TraceViewName,
  type ViewSettings,
} from './viewTypes';

interface Props extends TraceViewProps {
  readonly feed: TraceFeed;
  /** The trace is the page's, not a file's: the page's links lead to it. */
  readonly isPageTrace: boolean;
  readonly onOpenFile: () => void;
}

const NARROW = 720;
/** Too narrow for all tools in one line. */
const TIGHT = 1100;
const NO_LINKS: ViewLinks = {};

/** One trace, from its first span to its last. */
export function LoadedTrace(props: Props) {
  const { feed, timeZone, isPageTrace, datasourceName } = props;
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const root = useRef<HTMLDivElement>(null);
  const { width } = useSize(root);
  const isNarrow = width > 0 && width < NARROW;
  const [settings, changeSettings] = useSettings(props.settings);
  const load = useTraceLoad(feed, settings.correctSkew, isPageTrace ? props.revision : undefined);
  const { table } = load;
  const losses = useLosses(feed, load.phase);
  const findings = useFindings(feed, load.phase);
  const [traceView, setTraceView] = useTraceView(props);
  const whole = load.phase === 'done' ? table : undefined;
  const { analysis, problem: analysisProblem } = useAnalysis(whole, traceView !== 'waterfall' && traceView !== 'logs');
  const logs = useTraceLogs({
    feedKey: feed.key,
    table: whole,
    source: feed.source,
    datasourceUid: feed.datasourceUid,
    isWanted: settings.logs || traceView === 'logs',
  });
  const facts = useMemo(() => table && traceFacts(table), [table]);
  const [model] = useState(() => new TimelineModel());
  const [view, setView] = useState<TimelineView>();
  useModelContents(model, table, settings);
  useModelChange(model, 'table', 'colours', 'path');
  useLogMarks(model, whole, settings.logs ? logs : undefined);
  useCriticalPath(model, whole, settings.criticalPath);

  const [text, setText] = useState('');
  const [hideOthers, setHideOthers] = useState(false);
  const search = useSearch(table, feed.source, text);
  useEffect(() => model.setMatches(search.bits, { hideOthers }), [model, search.bits, hideOthers]);
  const columnsProblem = useColumnsOf(model, table, feed, settings);

  const { selected, isDrawerOpen, setDrawerOpen } = useSelection(model, view, table, props);
  const onView = useVisibleEvents(model, feed.source);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [downloading, setDownloading] = useState(false);
  const [downloadProblem, setDownloadProblem] = useState<string>();

  const wantedSpan = isPageTrace && !props.isSpanShared && load.phase === 'done' ? props.selectedSpanId : undefined;
  const missingSpan = useMemo(
    () => (isMissing(table, wantedSpan) ? `The span ${wantedSpan} that was asked for is not in the trace.` : undefined),
    [table, wantedSpan]
  );
  const step = useCallback(
    (direction: 1 | -1) => {
      const id = direction > 0 ? model.nextMatch() : model.previousMatch();
      if (id !== undefined) {
        view?.reveal(id);
      }
    },
    [model, view]
  );
  const serviceColour = useCallback(
    (service: string) => toneColour(model.serviceTone(service), theme.isDark),
    [model, theme.isDark]
  );
  const run = useCallback(
    (action: TimelineAction) => (action === 'help' ? setHelpOpen(true) : view?.run(action)),
    [view]
  );
  const startDownload = (format: DownloadFormat) => {
    if (!table || downloading) {
      return;
    }
    setDownloading(true);
    setDownloadProblem(undefined);
    download(feed.source, table.traceId, format)
      .catch((error: unknown) => setDownloadProblem(error instanceof Error ? error.message : String(error)))
      .finally(() => setDownloading(false));
  };
  const handlers: HostHandlers = {
    onSelect: (target, byPointer) => target && byPointer && setDrawerOpen(true),
    onOpen: () => setDrawerOpen(true),
    onHelp: () => setHelpOpen(true),
    onEscape: () => setDrawerOpen(false),
    onView,
  };
  const toolbarActions: ToolbarActions = {
    onText: setText,
    onHideOthers: setHideOthers,
    onStep: step,
    onSettings: changeSettings,
    onRun: run,
    onDownload: startDownload,
    onOpenFile: props.onOpenFile,
    onReload: load.reload,
    onView: setTraceView,
  };
  const drawerActions: DrawerActions = {
    onClose: () => {
      setDrawerOpen(false);
      view?.focusKeyboard();
    },
    onSelectRow: (row) => {
      model.select(row);
      view?.reveal(row);
    },
    onZoomTo: (id) => view?.zoomTo(id),
    onFocus: (id) => model.focus(model.focused === id ? undefined : id),
    onCondition: (condition) => setText((last) => withCondition(isTraceql(last) ? last : '', condition)),
    searchUrl: isPageTrace ? props.links?.search : undefined,
    onColourBy: (colourBy) => changeSettings({ colourBy }),
    onAddColumn: (key) => changeSettings({ columns: [...new Set([...settings.columns, key])] }),
  };

  const showRow = (row: number) => {
    setTraceView('waterfall');
    model.select(row);
    view?.reveal(row);
    setDrawerOpen(true);
  };
  const showSpan = (spanId: string) => {
    const row = table ? rowOfSpan(table, spanId) : -1;
    if (row >= 0) {
      showRow(row);
    }
  };

  const failure = load.error && describeFailure(load.error, datasourceName);
  if (failure && !table) {
    return (
      <div className={styles.centre}>
        <TraceFailure {...failure} datasourceUrl={props.links?.datasource?.()} onRetry={load.reload} />
      </div>
    );
  }
  // The rows of a large trace are drawn some time after the last span has come, and its findings come later still.
  const isDrawn = model.table === table && !model.busy;
  const phase = load.phase === 'done' && !isDrawn ? 'drawing' : load.phase;
  const problems = [missingSpan, columnsProblem, downloadProblem].filter((problem) => problem !== undefined);
  return (
    <div ref={root} className={styles.trace} data-testid="data-testid clew-waterfall" data-phase={phase}>
      {table && facts ? (
        <TraceHeader facts={facts} traceId={table.traceId} timeZone={timeZone} isNarrow={isNarrow} />
      ) : (
        <p className={styles.reading} role="status">
          {load.spans === 0 ? 'Reading the trace…' : `Reading the trace: ${formatCount(load.spans)} spans`}
        </p>
      )}
      <FindingsBar
        found={findings}
        compareUrl={isPageTrace ? props.links?.compare : undefined}
        traceUrl={isPageTrace ? props.links?.trace : undefined}
        onShowSpan={showSpan}
      />
      <Notices
        load={load}
        facts={facts}
        losses={[...losses, ...problems]}
        problem={failure?.text}
        correctSkew={settings.correctSkew}
        onCorrectSkew={(correctSkew) => changeSettings({ correctSkew })}
      />
      <Toolbar
        model={model}
        source={feed.source}
        text={text}
        search={search}
        hideOthers={hideOthers}
        settings={settings}
        isNarrow={isNarrow}
        isTight={width < TIGHT}
        view={traceView}
        isDownloading={downloading}
        actions={toolbarActions}
      />
      <SideBySide
        isNarrow={isNarrow}
        side={
          traceView === 'waterfall' &&
          isDrawerOpen &&
          table &&
          selected !== undefined && (
            <DetailsDrawer
              model={model}
              table={table}
              source={feed.source}
              datasourceUid={feed.datasourceUid}
              id={selected}
              links={isPageTrace ? (props.links ?? NO_LINKS) : NO_LINKS}
              timeZone={timeZone}
              actions={drawerActions}
            />
          )
        }
      >
        {/* The waterfall stays below the other views, with its window and what is open in it. */}
        <div className={traceView === 'waterfall' ? styles.waterfall : styles.hidden}>
          <TimelineHost model={model} minimap={settings.minimap} handlers={handlers} onReady={setView} />
          <RowsTable model={model} />
        </div>
        {traceView !== 'waterfall' && (
          <div className={styles.over}>
            {traceView === 'logs' ? (
              <LogsView
                table={whole}
                logs={logs}
                timeZone={timeZone}
                selectedRow={selected === undefined ? undefined : model.nodeOf(selected)}
                serviceColour={serviceColour}
                onShowSpan={showRow}
              />
            ) : (
              <AnalysisPane
                view={traceView}
                table={whole}
                analysis={analysis}
                problem={analysisProblem}
                source={feed.source}
                timeZone={timeZone}
                matches={search.bits}
                serviceColour={serviceColour}
                onShowSpan={showRow}
                onSearch={(traceql) => {
                  setText(traceql);
                  setTraceView('waterfall');
                }}
              />
            )}
          </div>
        )}
        {/* The canvas is there before the first span, so that it draws as soon as that comes. */}
        {!table && (
          <div className={styles.waiting}>
            <LoadingBar width={Math.max(width, 300)} ariaLabel="Reading the trace" />
          </div>
        )}
      </SideBySide>
      {isHelpOpen && (
        <HelpDialog
          onClose={() => {
            setHelpOpen(false);
            view?.focusKeyboard();
          }}
        />
      )}
    </div>
  );
}

const isMissing = (table: TraceTable | undefined, spanId: string | undefined): boolean =>
  table !== undefined && spanId !== undefined && spanId !== '' && rowOfSpan(table, spanId) < 0;

/** What the page says, until somebody changes it here; what the page says next counts again. */
function useSettings(
  given: Partial<ViewSettings> | undefined
): [ViewSettings, (changes: Partial<ViewSettings>) => void] {
  const text = JSON.stringify(given ?? {});
  const [changes, setChanges] = useState<{ readonly of: string; readonly changes: Partial<ViewSettings> }>();
  const settings = useMemo(
    () => ({
      ...DEFAULT_SETTINGS,
      ...(JSON.parse(text) as Partial<ViewSettings>),
      ...(changes?.of === text ? changes.changes : {}),
    }),
    [text, changes]
  );
  const change = useCallback(
    (more: Partial<ViewSettings>) =>
      setChanges((last) => ({ of: text, changes: { ...(last?.of === text ? last.changes : {}), ...more } })),
    [text]
  );
  return [settings, change];
}

/** The view that the page says, until another is chosen here. */
function useTraceView({ view, onView }: Props): [TraceViewName, (view: TraceViewName) => void] {
  const [given, setGiven] = useState(view);
  const [chosen, setChosen] = useState<TraceViewName>();
  // What the page says next counts more than what was chosen before.
  if (given !== view) {
    setGiven(view);
    setChosen(undefined);
  }
  const choose = useCallback(
    (next: TraceViewName) => {
      setChosen(next);
      onView?.(next);
    },
    [onView]
  );
  return [chosen ?? view ?? 'waterfall', choose];
}

/** Log lines above the bars, once they are there. */
function useLogMarks(model: TimelineModel, table: TraceTable | undefined, logs: TraceLogs | undefined): void {
  const placed = logs?.lines.state === 'found' ? logs.lines.placed : undefined;
  const marks = useMemo(() => table && placed && logMarks(placed, table.tree.nodes), [table, placed]);
  useEffect(() => model.setLogs(marks), [model, marks]);
}

function useModelContents(model: TimelineModel, table: TraceTable | undefined, settings: ViewSettings): void {
  useEffect(() => model.setFolding(settings.folding), [model, settings.folding]);
  useEffect(() => {
    if (table) {
      model.setTable(table);
    }
  }, [model, table]);
}

/** Colours and columns as the settings want them. Answers what of it failed. */
function useColumnsOf(
  model: TimelineModel,
  table: TraceTable | undefined,
  feed: TraceFeed,
  { colourBy, columns }: ViewSettings
): string | undefined {
  const isAttribute = colourBy !== 'service' && colourBy !== 'status';
  const keys = useMemo(() => (isAttribute ? [...columns, colourBy] : columns), [columns, colourBy, isAttribute]);
  const loaded = useAttributeColumns(table, feed.source, keys);
  useEffect(() => {
    const column = loaded.columns.get(colourBy);
    const colouring: Colouring =
      colourBy === 'status' ? { kind: 'status' } : column ? { kind: 'column', column } : { kind: 'service' };
    model.setColouring(colouring);
  }, [model, colourBy, loaded]);
  useEffect(() => {
    model.setColumns(columns.flatMap((key) => loaded.columns.get(key) ?? []));
  }, [model, columns, loaded]);
  return loaded.problem;
}

/** The selected row, together with what the page says and wants to hear of it. */
function useSelection(
  model: TimelineModel,
  view: TimelineView | undefined,
  table: TraceTable | undefined,
  { selectedSpanId, onSelectSpan, isPageTrace }: Props
) {
  useModelChange(model, 'selection', 'table', 'rows');
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const wantedSpan = isPageTrace ? selectedSpanId : undefined;
  // The page says it once: what is selected after that is the user's, also while more of the trace comes.
  const followed = useRef<string>();
  const told = useRef<string>();
  useEffect(() => {
    const follow = () => {
      if (!wantedSpan || !view || !model.table || followed.current === wantedSpan) {
        return;
      }
      const row = told.current === wantedSpan ? -1 : rowOfSpan(model.table, wantedSpan);
      if (told.current === wantedSpan || row >= 0) {
        followed.current = wantedSpan;
      }
      if (row >= 0) {
        told.current = wantedSpan;
        model.select(row);
        view.reveal(row);
        setDrawerOpen(true);
      }
    };
    // Not at once: the model may be in the middle of taking the table.
    const timer = setTimeout(follow, 0);
    const unsubscribe = model.subscribe((change) => change === 'table' && setTimeout(follow, 0));
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [model, view, wantedSpan]);
  const { selected } = model;
  const isKnown = selected !== undefined && model.table === table && selected < model.forest.count;
  const spanId = isKnown && table ? spanIdOfNode(table, model.nodeOf(selected)) : undefined;
  useEffect(() => {
    if (isPageTrace && spanId !== undefined && spanId !== told.current) {
      told.current = spanId;
      onSelectSpan?.(spanId);
    }
  }, [isPageTrace, spanId, onSelectSpan]);
  return { selected: isKnown ? selected : undefined, isDrawerOpen, setDrawerOpen };
}

const getStyles = (theme: GrafanaTheme2) => ({
  trace: css({ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0, minWidth: 0 }),
  centre: css({ height: '100%', overflow: 'auto', padding: theme.spacing(1) }),
  reading: css({ margin: 0, padding: theme.spacing(0.5, 1), color: theme.colors.text.secondary }),
  waterfall: css({ display: 'flex', flex: 1, minWidth: 0, minHeight: 0 }),
  hidden: css({ display: 'flex', flex: 1, minWidth: 0, minHeight: 0, visibility: 'hidden' }),
  over: css({ position: 'absolute', inset: 0, overflow: 'hidden' }),
  waiting: css({ position: 'absolute', inset: 0, overflow: 'hidden', pointerEvents: 'none' }),
});
