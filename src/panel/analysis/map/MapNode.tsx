import React from 'react';
import { formatCount, formatDurationMs, formatPercent } from '../../../shared/format';
import { MapBox } from '../../../shared/serviceMap/MapBox';
import { type Point } from '../../../shared/serviceMap/mapLayout';
import { counted } from '../../../shared/serviceMap/mapTexts';
import { Tone } from '../../../shared/serviceMap/Tone';

export interface MapService {
  /** Its place in the graph. */
  readonly place: number;
  /** As the spans name it, '' where they do not. */
  readonly service: string;
  /** What it is called here. */
  readonly name: string;
  readonly spans: number;
  readonly errors: number;
  readonly selfNs: number;
  /** Spans that the search finds; undefined without a search. */
  readonly found: number | undefined;
}

interface Props {
  readonly service: MapService;
  readonly at: Point;
  /** All self time of the trace. */
  readonly totalNs: number;
  readonly colour: string;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
  readonly onHover: (isOver: boolean) => void;
}

/** A service: its spans, its errors, and as a bar its share of the time. */
export function MapNode({ service, totalNs, colour, ...box }: Props) {
  const { name, spans, errors, selfNs, found } = service;
  const time = formatDurationMs(selfNs / 1e6);
  const said = [
    name,
    counted(spans, 'span'),
    `${time} self time, ${formatPercent(selfNs, totalNs)} of the trace`,
    errors > 0 ? counted(errors, 'error') : '',
    found === undefined ? '' : `${formatCount(found)} found by the search`,
  ];
  return (
    <MapBox
      {...box}
      name={name}
      mark={<Tone colour={colour} />}
      label={said.filter(Boolean).join(', ')}
      problem={errors > 0 ? counted(errors, 'error') : undefined}
      numbers={`${counted(spans, 'span')} · ${time}`}
      share={totalNs > 0 ? selfNs / totalNs : 0}
      colour={colour}
      isDimmed={found === 0}
    />
  );
}
