import { QuestionError } from './dialect';
import { LOGSQL } from './logsql';
import { LOKI } from './loki';
import { LUCENE } from './lucene';
import { perSpanVariables, type LogsQuestion, type TagValues } from './question';

const TRACE = '7467aed0e8590f22dd1ee682c76af7e4';
const DASHED = '7467aed0-e859-0f22-dd1e-e682c76af7e4';

const services = (...values: string[]): TagValues => ({
  key: 'service.name',
  label: 'service_name',
  values,
  isOnAll: true,
});
const ask = (changes: Partial<LogsQuestion> = {}): LogsQuestion => ({
  traceId: TRACE,
  tags: [services('cart', 'checkout')],
  areTagsChosen: true,
  customQuery: undefined,
  ...changes,
});
const loki = (question: LogsQuestion) => LOKI.traceQueries(question, 5000).map(({ expr }) => expr);

describe('Loki', () => {
  test('one question for all services: in the line, and in the metadata of lines that lack it', () => {
    const inLine = `"(?i)(${TRACE}|${DASHED})"`;
    const inLabel = `"(?i)0*(${TRACE}|${DASHED})"`;
    expect(LOKI.traceQueries(ask(), 5000)).toEqual([
      {
        refId: 'A',
        expr: `{service_name=~"cart|checkout"} |~ ${inLine}`,
        queryType: 'range',
        direction: 'forward',
        maxLines: 5000,
      },
      expect.objectContaining({
        refId: 'B',
        expr: `{service_name=~"cart|checkout"} | trace_id=~${inLabel} or traceid=~${inLabel} or traceId=~${inLabel} or traceID=~${inLabel} !~ ${inLine}`,
      }),
    ]);
  });

  test('an id of 64 bits is looked for without its zeros', () => {
    expect(loki(ask({ traceId: '0000000000000000dd1ee682c76af7e4' }))[0]).toContain(
      '(?i)(dd1ee682c76af7e4|00000000-0000-'
    );
  });

  test('services of any name stay in their string', () => {
    const tags = [services('a"b', '}{', '`', '\\', 'new\nline', '$x')];
    expect(loki(ask({ tags }))[0]).toMatch(
      /^\{service_name=~"a\\\\x22b\|\\\\x7d\\\\x7b\|\\\\x60\|\\\\x5c\|new\\\\x0aline\|\\\\x24x"\} \|~ /
    );
    expect(loki(ask({ tags: [services('"} or {x="')] }))[0]).toMatch(/^\{service_name="\\"} or \{x=\\""\} \|~ /);
  });

  test('a label that only some spans have may be missing, one of them not', () => {
    const pod: TagValues = { key: 'pod', label: 'pod', values: ['p-1'], isOnAll: false };
    expect(loki(ask({ tags: [pod, services('cart')] }))[0]).toMatch(/^\{pod=~"p-1\|", service_name="cart"\}/);
    expect(loki(ask({ tags: [pod, { ...pod, key: 'k8s.node', label: 'k8s.node' }] }))[0]).toMatch(
      /^\{pod="p-1", k8s_node=~"p-1\|"\}/
    );
  });

  test('too many services are any, and for likely lines those that fit', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `service-${index}`);
    expect(loki(ask({ tags: [services(...many)] }))[0]).toMatch(/^\{service_name=~"\.\+"\}/);
    const [likely] = LOKI.likelyQueries(ask({ tags: [services(...many)] }), 500);
    expect(String(likely.expr).length).toBeLessThan(4300);
    expect(likely.expr).toMatch(/^\{service_name=~"service-0\|service-1\|/);
  });

  test('without any label there is no question', () => {
    expect(() => loki(ask({ tags: [{ ...services(), isOnAll: false }] }))).toThrow(QuestionError);
    expect(() => loki(ask({ tags: [] }))).toThrow('map no attribute');
  });

  test('likely lines name no trace', () => {
    expect(LOKI.likelyQueries(ask(), 500)[0]).toMatchObject({
      expr: '{service_name=~"cart|checkout"} | trace_id="" | traceid="" | traceId="" | traceID="" !~ "(?i)(trace[_.-]?id|traceparent)"',
      maxLines: 500,
    });
  });

  test("the settings' own query, if it can be asked for a whole trace", () => {
    const customQuery = '{${__tags}, env="prod"} | json | trace_id = "${__trace.traceId}" or tid="${__span.traceId}"';
    expect(loki(ask({ customQuery }))).toEqual([
      `{service_name=~"cart|checkout", env="prod"} | json | trace_id = "${TRACE}" or tid="${TRACE}"`,
    ]);
    expect(loki(ask({ tags: [], customQuery: '{app="x"} |= "${__trace.traceId}"' }))).toEqual([
      `{app="x"} |= "${TRACE}"`,
    ]);
    const ofSpan = '{${__tags}} |= "${__span.spanId}" |= "${__span.tags["http.route"]}"';
    expect(perSpanVariables(ofSpan)).toEqual(['${__span.spanId}', '${__span.tags["http.route"]}']);
    expect(loki(ask({ customQuery: ofSpan }))).toEqual(loki(ask()));
  });
});

describe('Elasticsearch and OpenSearch', () => {
  const query = (question: LogsQuestion) => LUCENE.traceQueries(question, 5000)[0].query;

  test('the id in its forms, and the tags that were chosen', () => {
    const ids = `("${TRACE}" OR "${TRACE.toUpperCase()}" OR "${DASHED}" OR "${DASHED.toUpperCase()}")`;
    expect(query(ask({ areTagsChosen: false }))).toBe(ids);
    expect(query(ask({ tags: [services('a"b', '$x')] }))).toBe(`${ids} AND service_name:("a\\"b" OR "\\u0024x")`);
    expect(LUCENE.traceQueries(ask(), 5000)[0]).toMatchObject({
      metrics: [{ id: '1', type: 'logs', settings: { limit: '5000', size: '5000' } }],
    });
  });

  test('likely lines, and the own query', () => {
    expect(LUCENE.likelyQueries(ask({ areTagsChosen: false }), 500)[0].query).toBe(
      '(service.name:("cart" OR "checkout") OR service_name:("cart" OR "checkout") OR resource.service.name:("cart" OR "checkout")) AND NOT _exists_:trace.id AND NOT _exists_:trace_id AND NOT _exists_:traceId AND NOT _exists_:TraceId'
    );
    expect(query(ask({ customQuery: 'tid:${__trace.traceId} AND ${__tags}' }))).toBe(
      `tid:${TRACE} AND service_name:("cart" OR "checkout")`
    );
  });
});

describe('VictoriaLogs', () => {
  test('the id in the message or a field', () => {
    const [{ expr }] = LOGSQL.traceQueries(ask({ tags: [services('a"b', '}{')] }), 5000);
    expect(expr).toMatch(new RegExp(`^\\(i\\("${TRACE}"\\) OR i\\("${DASHED}"\\) OR "trace_id":i\\("${TRACE}"\\) OR`));
    expect(expr).toMatch(/\) AND "service_name":in\("a\\"b", "\}\{"\)$/);
  });

  test('likely lines', () => {
    const [{ expr }] = LOGSQL.likelyQueries(ask({ areTagsChosen: false }), 500);
    expect(expr).toMatch(/^\("service\.name":in\("cart", "checkout"\) OR .* AND "trace_id":"" AND /);
  });
});
