import React, { useCallback, useMemo, useState, type KeyboardEvent } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { formatCount } from '../../../shared/format';
import { type MapEdge } from '../../../shared/serviceMap/mapEdge';
import { MapEdges } from '../../../shared/serviceMap/MapEdges';
import { mapLayout } from '../../../shared/serviceMap/mapLayout';
import { MapSheet } from '../../../shared/serviceMap/MapSheet';
import { MapTable } from '../../../shared/serviceMap/MapTable';
import { callsLabel, callsText, counted } from '../../../shared/serviceMap/mapTexts';
import { type AnalysisViewProps } from '../analysisView';
import { MapDetails } from './MapDetails';
import { mapGraph, matchesByService, type MapGraph } from './mapGraph';
import { MapNode, type MapService } from './MapNode';

/** The services of a trace, and who calls whom. */
export function MapView({ table, analysis, matches, serviceColour, onSearch }: AnalysisViewProps) {
  const styles = useStyles2(getStyles);
  const map = analysis.services;
  const graph = useMemo(() => mapGraph(map), [map]);
  const layout = useMemo(() => mapLayout(graph.services.length, graph.edges), [graph]);
  const found = useMemo(() => matches && matchesByService(map, table.columns.services, matches), [map, table, matches]);
  const services = useMemo(
    () =>
      graph.services.map((at, place): MapService => {
        const service = table.services.get(map.services[at]);
        return {
          place,
          service,
          name: service || '(no service name)',
          spans: map.spans[at],
          errors: map.errors[at],
          selfNs: map.selfNs[at],
          found: found?.[at],
        };
      }),
    [graph, map, table, found]
  );
  const names = useMemo(() => services.map(({ name }) => name), [services]);
  // As they stand, from left to right: the order in which Tab goes through them.
  const inOrder = useMemo(() => {
    const at = ({ place }: MapService) => layout.nodes[place];
    return services.slice().sort((left, right) => at(left).x - at(right).x || at(left).y - at(right).y);
  }, [services, layout]);
  const [chosen, setChosen] = useState<{ readonly graph: MapGraph; readonly place: number }>();
  const selected = chosen?.graph === graph ? chosen.place : undefined;
  const [hovered, setHovered] = useState<number>();
  const titleOf = useCallback(
    (edge: MapEdge) => `${names[edge.from]} to ${names[edge.to]}: ${callsText(edge)}`,
    [names]
  );
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && selected !== undefined) {
      setChosen(undefined);
      event.stopPropagation();
    }
  };
  if (services.length === 0) {
    return (
      <div className={styles.empty} role="status">
        The trace has no spans.
      </div>
    );
  }
  return (
    // Escape lets go of the chosen service, wherever in the map the focus is.
    <div className={styles.view} onKeyDown={onKeyDown}>
      <MapSheet
        layout={layout}
        of={graph}
        label="Services of the trace"
        head={<span className={styles.hint}>{hintOf(graph, found)}</span>}
      >
        <MapEdges
          edges={graph.edges}
          ownCalls={graph.ownCalls}
          layout={layout}
          marked={hovered ?? selected}
          labelOf={callsLabel}
          titleOf={titleOf}
        />
        {inOrder.map((service) => (
          <MapNode
            key={service.place}
            service={service}
            at={layout.nodes[service.place]}
            totalNs={graph.totalNs}
            colour={serviceColour(service.service)}
            isSelected={service.place === selected}
            onSelect={() => setChosen(service.place === selected ? undefined : { graph, place: service.place })}
            onHover={(isOver) => setHovered(isOver ? service.place : undefined)}
          />
        ))}
      </MapSheet>
      {selected !== undefined && (
        <MapDetails
          graph={graph}
          service={services[selected]}
          names={names}
          colour={serviceColour(services[selected].service)}
          onSearch={onSearch}
        />
      )}
      <MapTable edges={graph.edges} names={names} />
    </div>
  );
}

function hintOf(graph: MapGraph, found: Uint32Array | undefined): string {
  const { services, leftOut, edges, ownCalls } = graph;
  const parts: string[] = [];
  if (leftOut > 0) {
    parts.push(
      `The ${formatCount(services.length)} services with the most self time, of ${formatCount(services.length + leftOut)}.`
    );
  } else if (edges.length === 0) {
    const isQuiet = ownCalls.every((calls) => calls === undefined);
    const what = services.length === 1 ? 'One service' : counted(services.length, 'service');
    parts.push(
      isQuiet || services.length > 1 ? `${what}, and no calls between services.` : `${what}, which calls itself.`
    );
  } else {
    parts.push(`${counted(services.length, 'service')}. Bars are shares of the self time.`);
  }
  if (edges.some(({ queued }) => queued > 0)) {
    parts.push('Dashed: through queues.');
  }
  if (found) {
    const hits = graph.services.reduce((sum, service) => sum + (found[service] > 0 ? 1 : 0), 0);
    parts.push(`${formatCount(hits)} with spans that the search finds.`);
  }
  return parts.join(' ');
}

const getStyles = (theme: GrafanaTheme2) => ({
  view: css({ position: 'relative', display: 'flex', flexDirection: 'column', height: '100%', minHeight: 160 }),
  hint: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  empty: css({ padding: theme.spacing(1), color: theme.colors.text.secondary }),
});
