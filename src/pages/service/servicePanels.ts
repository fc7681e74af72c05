import { DataTopic, FieldType, type DataFrame } from '@grafana/data';
import { PanelBuilders, SceneDataTransformer, SceneQueryRunner, type VizPanel } from '@grafana/scenes';
import { GraphDrawStyle, LegendDisplayMode, StackingMode, TooltipDisplayMode } from '@grafana/schema';
import { map } from 'rxjs';
import { filterOf } from '../../scenes/red/traceqlText';
import { APP_URL, ROUTES } from '../../shared/appAddress';

const DATASOURCE = { uid: '${ds}' };
const EXEMPLARS = 40;
const TRACE_LINK = `${APP_URL}/${ROUTES.trace}/\${__value.raw}?var-ds=\${ds}`;

const runner = (query: string, exemplars = 0) =>
  new SceneQueryRunner({ datasource: DATASOURCE, queries: [{ refId: 'A', query, exemplars }] });

/** Requests per second, those that failed in red. */
export function ratePanel(condition: string): VizPanel {
  return PanelBuilders.timeseries()
    .setTitle('Rate')
    .setDescription('Requests per second, by status.')
    .setUnit('reqps')
    .setMin(0)
    .setData(runner(`${filterOf(condition)} | rate() by (status)`))
    .setCustomFieldConfig('drawStyle', GraphDrawStyle.Bars)
    .setCustomFieldConfig('fillOpacity', 60)
    .setCustomFieldConfig('lineWidth', 0)
    .setCustomFieldConfig('stacking', { mode: StackingMode.Normal })
    .setOption('tooltip', { mode: TooltipDisplayMode.Multi })
    .setOption('legend', { displayMode: LegendDisplayMode.List, placement: 'bottom', showLegend: true })
    .setOverrides((overrides) =>
      overrides
        .matchFieldsWithNameByRegex('.*error.*')
        .overrideColor({ mode: 'fixed', fixedColor: 'red' })
        .matchFieldsWithNameByRegex('^(unset|ok)$')
        .overrideColor({ mode: 'fixed', fixedColor: 'blue' })
    )
    .build();
}

/** The share of requests that failed. */
export function errorsPanel(condition: string): VizPanel {
  const failed = filterOf(condition, 'status = error');
  return PanelBuilders.timeseries()
    .setTitle('Errors')
    .setDescription('Share of the requests whose status is error.')
    .setUnit('percentunit')
    .setMin(0)
    .setCustomFieldConfig('axisSoftMax', 0.05)
    .setColor({ mode: 'fixed', fixedColor: 'red' })
    .setData(runner(`(${failed} | rate()) / (${filterOf(condition)} | rate())`))
    .setCustomFieldConfig('drawStyle', GraphDrawStyle.Bars)
    .setCustomFieldConfig('fillOpacity', 60)
    .setCustomFieldConfig('lineWidth', 0)
    .setOption('legend', { showLegend: false })
    .build();
}

/** Durations, with traces as exemplars. */
export function latencyPanel(condition: string): VizPanel {
  return PanelBuilders.timeseries()
    .setTitle('Duration')
    .setDescription('Half, 95% and 99% of the requests took less. Points are traces to open.')
    .setUnit('s')
    .setMin(0)
    .setData(
      new SceneDataTransformer({
        $data: runner(
          `${filterOf(condition)} | quantile_over_time(duration, .5, .95, .99) with (exact=true)`,
          EXEMPLARS
        ),
        transformations: [
          {
            topic: DataTopic.Annotations,
            operator: () => (source) => source.pipe(map((frames) => frames.map(openedOnThePage))),
          },
        ],
      })
    )
    .setCustomFieldConfig('lineWidth', 1)
    .setOption('tooltip', { mode: TooltipDisplayMode.Multi })
    .setOption('legend', { displayMode: LegendDisplayMode.List, placement: 'bottom', showLegend: true })
    .setOverrides((overrides) =>
      [
        ['0.5', 'p50', 'green'],
        ['0.95', 'p95', 'yellow'],
        ['0.99', 'p99', 'orange'],
      ].reduce(
        (all, [level, name, fixedColor]) =>
          all.matchFieldsWithName(level).overrideDisplayName(name).overrideColor({ mode: 'fixed', fixedColor }),
        overrides
      )
    )
    .build();
}

/** Exemplars lead to the app's own page of a trace: that needs no right to use Explore. */
function openedOnThePage(frame: DataFrame): DataFrame {
  return {
    ...frame,
    fields: frame.fields.map((field) =>
      field.name === 'traceId' && field.type === FieldType.string
        ? { ...field, config: { ...field.config, links: [{ title: 'Open the trace', url: TRACE_LINK }] } }
        : field
    ),
  };
}
