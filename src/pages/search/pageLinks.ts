import { type DataFrame, type Field } from '@grafana/data';
import { type CustomTransformerDefinition } from '@grafana/scenes';
import { map } from 'rxjs';
import { APP_URL, ROUTES } from '../../shared/appAddress';

const STORE = 'var-ds=${ds}';

/** By the name of a field: where its values lead. */
const LINKS: Readonly<Record<string, { readonly title: string; readonly url: string }>> = {
  traceID: { title: 'Open the trace', url: `${APP_URL}/${ROUTES.trace}/\${__value.raw}?${STORE}` },
  spanID: {
    title: 'Open the trace at this span',
    url: `${APP_URL}/${ROUTES.trace}/\${__data.fields.traceID}?${STORE}&span=\${__value.raw}`,
  },
};

/** Ids lead to the app's own page of a trace in place of Explore, which not everybody may use. */
export const toTracePage: CustomTransformerDefinition = () => (source) =>
  source.pipe(map((frames) => frames.map(withPageLinks)));

function withPageLinks(frame: DataFrame): DataFrame {
  const hasTraceId = frame.fields.some(({ name }) => name === 'traceID');
  return { ...frame, fields: frame.fields.map((field) => (hasTraceId ? withPageLink(field) : field)) };
}

function withPageLink(field: Field): Field {
  const link = LINKS[field.name];
  return link ? { ...field, config: { ...field.config, links: [link] } } : field;
}
