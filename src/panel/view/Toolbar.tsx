import React, { useCallback, useId, useState } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import {
  Button,
  Combobox,
  Dropdown,
  IconButton,
  InlineSwitch,
  Menu,
  MultiCombobox,
  useStyles2,
  type ComboboxOption,
} from '@grafana/ui';
import { ROW_HEIGHTS, type RowHeight, type TimelineAction, type TimelineModel } from '../timeline';
import { type TraceSource } from '../trace/traceTable';
import { SearchField } from './SearchField';
import { type SearchState } from './useSearch';
import { useModelChange } from './useModelChange';
import { type TraceViewName, type ViewSettings } from './viewTypes';
import { ViewPicker } from './ViewPicker';

export interface ToolbarActions {
  readonly onText: (text: string) => void;
  readonly onHideOthers: (hide: boolean) => void;
  readonly onStep: (step: 1 | -1) => void;
  readonly onSettings: (changes: Partial<ViewSettings>) => void;
  readonly onRun: (action: TimelineAction) => void;
  readonly onDownload: (format: DownloadFormat) => void;
  readonly onOpenFile: () => void;
  readonly onReload: () => void;
  readonly onView: (view: TraceViewName) => void;
}

export type DownloadFormat = 'otlp' | 'jaeger';

interface Props {
  model: TimelineModel;
  source: TraceSource;
  text: string;
  search: SearchState;
  hideOthers: boolean;
  settings: ViewSettings;
  isNarrow: boolean;
  /** The colours are among the other options then. */
  isTight: boolean;
  view: TraceViewName;
  isDownloading: boolean;
  actions: ToolbarActions;
}

export function Toolbar({
  model,
  source,
  text,
  search,
  hideOthers,
  settings,
  isNarrow,
  isTight,
  view,
  isDownloading,
  actions,
}: Props) {
  const styles = useStyles2(getStyles);
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const { onRun } = actions;
  const isWaterfall = view === 'waterfall';
  return (
    <div className={styles.toolbar} role="group" aria-label="Waterfall tools">
      <ViewPicker value={view} isNarrow={isNarrow} onChange={actions.onView} />
      <SearchField
        model={model}
        text={text}
        search={search}
        hideOthers={hideOthers}
        onText={actions.onText}
        onHideOthers={actions.onHideOthers}
        onStep={actions.onStep}
      />
      {!isTight && isWaterfall && (
        <ColourPicker source={source} value={settings.colourBy} onChange={actions.onSettings} />
      )}
      <div className={styles.buttons}>
        {isWaterfall && (
          <>
            <IconButton
              name="angle-double-down"
              size="lg"
              tooltip="Expand everything (Shift E)"
              onClick={() => onRun('expandAll')}
            />
            <IconButton
              name="angle-double-right"
              size="lg"
              tooltip="Collapse everything (Shift C)"
              onClick={() => onRun('collapseAll')}
            />
            <IconButton name="arrows-h" size="lg" tooltip="Show the whole time (0)" onClick={() => onRun('fit')} />
            <Button
              size="sm"
              fill="text"
              variant="secondary"
              icon="sliders-v-alt"
              aria-expanded={isOpen}
              aria-controls={id}
              onClick={() => setOpen(!isOpen)}
            >
              View
            </Button>
          </>
        )}
        <Dropdown
          placement="bottom-end"
          overlay={
            <Menu>
              <Menu.Item
                label="Download as OTLP (protobuf)"
                icon="download-alt"
                onClick={() => actions.onDownload('otlp')}
              />
              <Menu.Item
                label="Download as Jaeger JSON"
                icon="download-alt"
                onClick={() => actions.onDownload('jaeger')}
              />
              <Menu.Divider />
              <Menu.Item label="Open a file" icon="folder-open" onClick={actions.onOpenFile} />
              <Menu.Item label="Read the trace again" icon="sync" onClick={actions.onReload} />
            </Menu>
          }
        >
          <IconButton
            name={isDownloading ? 'spinner' : 'download-alt'}
            size="lg"
            aria-label="Download, or open a file"
            aria-busy={isDownloading}
          />
        </Dropdown>
        <IconButton name="question-circle" size="lg" tooltip="Keys and pointer (?)" onClick={() => onRun('help')} />
      </div>
      <div id={id} className={styles.more} hidden={!isOpen || !isWaterfall}>
        {isOpen && isWaterfall && (
          <ViewOptions
            model={model}
            source={source}
            settings={settings}
            isTight={isTight}
            onSettings={actions.onSettings}
          />
        )}
      </div>
    </div>
  );
}

interface OptionsProps {
  model: TimelineModel;
  source: TraceSource;
  settings: ViewSettings;
  isTight: boolean;
  onSettings: (changes: Partial<ViewSettings>) => void;
}

const HEIGHT_TEXTS: Readonly<Record<RowHeight, string>> = {
  24: 'Tall rows',
  18: 'Rows with text',
  8: 'Bars',
  4: 'Thin bars',
  2: 'Lines',
  1: 'Hairlines',
  0: 'All in view',
};

const HEIGHTS: Array<ComboboxOption<number>> = ROW_HEIGHTS.map((value) => ({ value, label: HEIGHT_TEXTS[value] }));

function ViewOptions({ model, source, settings, isTight, onSettings }: OptionsProps) {
  const styles = useStyles2(getStyles);
  useModelChange(model, 'rowHeight');
  const heightId = useId();
  return (
    <>
      {isTight && <ColourPicker source={source} value={settings.colourBy} onChange={onSettings} />}
      <ColumnsPicker source={source} value={settings.columns} onChange={onSettings} />
      <label className={styles.field} htmlFor={heightId}>
        Rows
        <Combobox
          id={heightId}
          width={18}
          options={HEIGHTS}
          value={model.rowHeight}
          onChange={({ value }) => model.setRowHeight(ROW_HEIGHTS.find((height) => height === value) ?? 24)}
        />
      </label>
      <InlineSwitch
        showLabel
        label="Fold repeated"
        value={settings.folding}
        onChange={() => onSettings({ folding: !settings.folding })}
      />
      <InlineSwitch
        showLabel
        label="Critical path"
        value={settings.criticalPath}
        onChange={() => onSettings({ criticalPath: !settings.criticalPath })}
      />
      <InlineSwitch
        showLabel
        label="Logs"
        value={settings.logs}
        onChange={() => onSettings({ logs: !settings.logs })}
      />
      <InlineSwitch
        showLabel
        label="Correct clocks"
        value={settings.correctSkew}
        onChange={() => onSettings({ correctSkew: !settings.correctSkew })}
      />
      <InlineSwitch
        showLabel
        label="Overview"
        value={settings.minimap}
        onChange={() => onSettings({ minimap: !settings.minimap })}
      />
    </>
  );
}

const FIXED_COLOURS: Array<ComboboxOption<string>> = [
  { value: 'service', label: 'Service' },
  { value: 'status', label: 'Status' },
];

interface ColourProps {
  source: TraceSource;
  value: string;
  onChange: (changes: Partial<ViewSettings>) => void;
}

function ColourPicker({ source, value, onChange }: ColourProps) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const load = useKeys(source, FIXED_COLOURS);
  const fixed = FIXED_COLOURS.find((option) => option.value === value);
  return (
    <label className={styles.field} htmlFor={id}>
      Colour
      <Combobox
        id={id}
        width={22}
        options={load}
        value={fixed ?? { value, label: value }}
        onChange={(option) => onChange({ colourBy: option.value })}
      />
    </label>
  );
}

interface ColumnsProps {
  source: TraceSource;
  value: readonly string[];
  onChange: (changes: Partial<ViewSettings>) => void;
}

function ColumnsPicker({ source, value, onChange }: ColumnsProps) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const load = useKeys(source, NO_OPTIONS);
  return (
    <label className={styles.field} htmlFor={id}>
      Columns
      <MultiCombobox
        id={id}
        width="auto"
        minWidth={20}
        maxWidth={60}
        placeholder="Attributes"
        options={load}
        value={value.map((key) => ({ value: key, label: key }))}
        onChange={(options) => onChange({ columns: options.map((option) => option.value) })}
      />
    </label>
  );
}

const NO_OPTIONS: Array<ComboboxOption<string>> = [];
/** A list of thousands helps nobody; typing finds the others. */
const MAX_OPTIONS = 300;

const known = new WeakMap<TraceSource, Promise<string[]>>();

/** Asked for once, not with every letter that is typed; again after a failure. */
function knownKeys(source: TraceSource): Promise<string[]> {
  const asked =
    known.get(source) ??
    source.keys(new AbortController().signal).catch(() => {
      known.delete(source);
      return [];
    });
  known.set(source, asked);
  return asked;
}

/** Keys of the trace, asked for when the list is first opened. */
function useKeys(source: TraceSource, first: Array<ComboboxOption<string>>) {
  return useCallback(
    async (typed: string): Promise<Array<ComboboxOption<string>>> => {
      const keys = await knownKeys(source);
      const wanted = typed.trim().toLowerCase();
      return [...first, ...keys.map((key) => ({ value: key, label: key }))]
        .filter(({ label }) => (label ?? '').toLowerCase().includes(wanted))
        .slice(0, MAX_OPTIONS);
    },
    [source, first]
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  toolbar: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    columnGap: theme.spacing(1),
    rowGap: theme.spacing(0.5),
    padding: theme.spacing(0, 1, 0.5),
  }),
  buttons: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.5) }),
  more: css({
    display: 'flex',
    flexBasis: '100%',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    '&[hidden]': { display: 'none' },
  }),
  field: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    margin: 0,
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
