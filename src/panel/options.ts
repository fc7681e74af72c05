import { type PanelOptionsEditorBuilder } from '@grafana/data';
import { VIEW_CHOICES } from './view/viewChoices';
import { type TraceViewName } from './view/viewTypes';

/**
 * - `query`: the trace that the query answers.
 * - `slowest`: the longest of the traces that it finds.
 * - `id`: the one of `traceId`, in the datasource of the query, or the default Clew datasource where no query runs.
 */
export const TRACE_SOURCES = ['query', 'slowest', 'id'] as const;
export type TraceSourceKind = (typeof TRACE_SOURCES)[number];

export interface PanelOptions {
  source: TraceSourceKind;
  /** Hex digits; may be a variable. For `id`. */
  traceId: string;
  /** What is shown first. */
  view: TraceViewName;
  minimap: boolean;
  folding: boolean;
  correctSkew: boolean;
  criticalPath: boolean;
  logs: boolean;
  /** `service`, `status`, or an attribute as TraceQL writes it. */
  colourBy: string;
  /** Attributes as TraceQL writes them, with commas between. */
  columns: string;
}

export function addOptions(builder: PanelOptionsEditorBuilder<PanelOptions>): void {
  builder
    .addRadio({
      path: 'source',
      name: 'Trace',
      defaultValue: 'query',
      settings: {
        options: [
          { value: 'query', label: 'Of the query', description: 'The trace that the query answers' },
          { value: 'slowest', label: 'Slowest', description: 'The longest of the traces that the query finds' },
          {
            value: 'id',
            label: 'By id',
            description: 'One trace, in the datasource of the query, else in the default one',
          },
        ],
      },
    })
    .addTextInput({
      path: 'traceId',
      name: 'Trace id',
      description: 'Hexadecimal digits, or a variable like $traceId',
      defaultValue: '',
      showIf: ({ source }) => source === 'id',
    })
    .addSelect({ path: 'view', name: 'View', defaultValue: 'waterfall', settings: { options: VIEW_CHOICES } })
    .addTextInput({
      path: 'colourBy',
      name: 'Colour by',
      description: 'service, status, or an attribute like span.http.route',
      defaultValue: 'service',
    })
    .addTextInput({
      path: 'columns',
      name: 'Columns',
      description: 'Attributes like span.http.route, with commas between',
      defaultValue: '',
    })
    .addBooleanSwitch({
      path: 'minimap',
      name: 'Overview',
      description: 'The whole trace above the rows',
      defaultValue: true,
    })
    .addBooleanSwitch({
      path: 'folding',
      name: 'Fold repeated spans',
      description: 'Siblings of one service and one name stand in one row',
      defaultValue: true,
    })
    .addBooleanSwitch({
      path: 'criticalPath',
      name: 'Critical path',
      description: 'A line below the bars, along what the duration of the trace is made of',
      defaultValue: true,
    })
    .addBooleanSwitch({
      path: 'logs',
      name: 'Logs',
      description: 'Marks for log lines above the bars, where a logs datasource is linked',
      defaultValue: true,
    })
    .addBooleanSwitch({
      path: 'correctSkew',
      name: 'Correct clocks',
      description: 'Spans whose clock cannot have been right are moved, and marked',
      defaultValue: true,
    });
}

/** In the order of the text, each once. */
export const columnKeys = (columns: string): string[] => [
  ...new Set(
    columns
      .split(',')
      .map((key) => key.trim())
      .filter((key) => key !== '')
  ),
];
