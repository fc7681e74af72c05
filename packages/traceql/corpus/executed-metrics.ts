/** A metric, and its series over `EXECUTED_TRACES`: by labels, the values of the points. `-` is none. */
export type ExecutedMetric = readonly [query: string, series: Readonly<Record<string, string>>];

/**
 * Metrics that are run, by what they show, over the traces of executed-traces.ts. Points are 2 s apart: the first is when
 * the first span starts, and has that span alone. Values are cut to six digits.
 *
 * They are what Tempo 3.0.3 answers over the same spans, where it can read the query, but in these: it gives nanoseconds for
 * durations other than `duration`, 0 for quantiles of nothing, no labels that are arrays, an empty text for the name of a
 * missing root; begins a sum anew after a span without the attribute; loses spans of `{ .a = nil } | rate() by (.a)`; and
 * estimates where `span_sample` asks it to. Arithmetic, which 3.0.3 cannot read, follows features.md 1.10.
 */
export const EXECUTED_METRICS: Readonly<Record<string, readonly ExecutedMetric[]>> = {
  'what is counted': [
    ['{} | count_over_time()', { '__name__=count_over_time': '1 6 3 6 5 10' }],
    ['{} | rate()', { '__name__=rate': '0.5 3 1.5 3 2.5 5' }],
    ['{ .nosuch = 1 } | rate()', { '__name__=rate': '0 0 0 0 0 0' }],
    ['{ .nosuch = 1 } | count_over_time()', { '__name__=count_over_time': '0 0 0 0 0 0' }],
    ['{ .nosuch = 1 } | count_over_time() by (name)', {}],
    ['{ status = error } | count_over_time()', { '__name__=count_over_time': '1 1 0 0 0 0' }],
    [
      '{} | count_over_time() by (status)',
      { 'status=error': '1 1 0 0 0 0', 'status=ok': '0 1 1 0 0 0', 'status=unset': '0 4 2 6 5 10' },
    ],
    [
      '{ kind != unspecified } | rate() by (kind)',
      {
        'kind=server': '0.5 1 0 0.5 1 0',
        'kind=client': '0 0.5 0 0 0.5 0',
        'kind=internal': '0 1 0.5 0 0.5 0',
        'kind=producer': '0 0.5 0 0 0 0',
        'kind=consumer': '0 0 0.5 0 0 0',
      },
    ],
    [
      '{} | count_over_time() by (resource.service.name)',
      {
        'resource.service.name=gateway': '1 2 0 0 0 0',
        'resource.service.name=stock': '0 1 0 0 0 0',
        'resource.service.name=db': '0 2 0 0 0 0',
        'resource.service.name=queue': '0 1 2 0 0 0',
        'resource.service.name=cron': '0 0 1 2 0 0',
        'resource.service.name=': '0 0 0 3 0 1',
        'resource.service.name=web': '0 0 0 1 1 0',
        'resource.service.name=api': '0 0 0 0 3 0',
        'resource.service.name=types': '0 0 0 0 1 7',
        'resource.service.name=lost': '0 0 0 0 0 2',
      },
    ],
    [
      '{ .items != nil } | count_over_time() by (.items)',
      {
        '.items=3': '1 1 0 0 0 0',
        '.items=10': '0 1 0 0 0 0',
        '.items=0': '0 1 0 0 0 0',
        '.items=three': '0 1 0 0 0 0',
        '.items=1': '0 1 0 0 0 0',
        '.items=2': '0 0 1 0 0 0',
      },
    ],
    [
      '{ .x != nil } | count_over_time() by (span.x)',
      {
        'span.x=apple': '0 0 0 0 0 1',
        'span.x=5': '0 0 0 0 0 1',
        'span.x=5.5': '0 0 0 0 0 1',
        'span.x=true': '0 0 0 0 0 1',
        'span.x=[apple, pear]': '0 0 0 0 0 1',
        'span.x=[5, 7]': '0 0 0 0 0 1',
        'span.x=NaN': '0 0 0 0 0 1',
      },
    ],
    [
      '{ name = "SELECT" } | count_over_time() by (name, kind, status)',
      { 'name=SELECT kind=server status=error': '0 1 0 0 0 0', 'name=SELECT kind=server status=unset': '0 1 0 0 0 0' },
    ],
    [
      '{ .express != nil } | count_over_time() by (.express)',
      { '.express=true': '1 0 0 0 0 0', '.express=false': '0 1 0 0 0 0', '.express=yes': '0 1 0 0 0 0' },
    ],
    [
      '{ duration >= 100ms } | count_over_time() by (duration)',
      { 'duration=900ms': '1 0 0 0 0 0', 'duration=600ms': '0 1 0 0 0 0', 'duration=100ms': '0 0 0 1 0 0' },
    ],
    [
      '{ span.region != nil || resource.region != nil } | count_over_time() by (.region)',
      { '.region=eu': '1 1 0 0 0 0', '.region=local': '0 1 0 0 0 0' },
    ],
    [
      '{ name =~ "POST.*|lost" } | count_over_time() by (rootName, rootServiceName)',
      { 'rootName=POST /order rootServiceName=gateway': '1 0 0 0 0 0', 'rootName=nil': '0 0 0 0 0 1' },
    ],
    [
      '{} | distinct(kind)',
      {
        'kind=server': '1 2 0 1 2 0',
        'kind=client': '0 1 0 0 1 0',
        'kind=internal': '0 2 1 0 1 0',
        'kind=producer': '0 1 0 0 0 0',
        'kind=consumer': '0 0 1 0 0 0',
        'kind=unspecified': '0 0 1 5 1 10',
      },
    ],
  ],
  'labels that are missing': [
    [
      '{} | count_over_time() by (resource.region)',
      {
        'resource.region=eu': '1 1 0 0 0 0',
        'resource.region=us': '0 1 0 0 0 0',
        'resource.region=nil': '0 4 3 6 5 10',
      },
    ],
    [
      '{ .items != nil } | count_over_time() by (resource.region, .items)',
      {
        'resource.region=eu .items=3': '1 0 0 0 0 0',
        'resource.region=us .items=3': '0 1 0 0 0 0',
        '.items=10': '0 1 0 0 0 0',
        '.items=0': '0 1 0 0 0 0',
        '.items=three': '0 1 0 0 0 0',
        '.items=1': '0 1 0 0 0 0',
        '.items=2': '0 0 1 0 0 0',
      },
    ],
    ['{ .nosuch = nil } | rate() by (.nosuch)', { '.nosuch=nil': '0.5 3 1.5 3 2.5 5' }],
    ['{ .nosuch = nil } | rate() by (.nosuch, .none)', { '.nosuch=nil': '0.5 3 1.5 3 2.5 5' }],
    ['{} | max_over_time(duration) by (.nosuch)', { '.nosuch=nil': '0.9 0.6 0.04 0.1 0.08 0.01' }],
    ['{} | avg_over_time(duration) by (.nosuch)', { '.nosuch=nil': '0.9 0.119167 0.0233333 0.0208333 0.036 0.002' }],
    [
      '{} | quantile_over_time(duration, 1) by (.nosuch)',
      { 'p=1': '1.07374 1.07374 0.0671089 0.134218 0.134218 0.0167772' },
    ],
    [
      '{} | histogram_over_time(.items) by (resource.region)',
      {
        'resource.region=eu __bucket=4': '1 0 0 0 0 0',
        'resource.region=us __bucket=4': '0 1 0 0 0 0',
        '__bucket=2': '0 0 1 0 0 0',
        '__bucket=16': '0 1 0 0 0 0',
      },
    ],
  ],
  'what is measured': [
    ['{} | min_over_time(duration)', { '__name__=min_over_time': '0.9 0.005 0.01 0 0 0' }],
    ['{} | max_over_time(duration)', { '__name__=max_over_time': '0.9 0.6 0.04 0.1 0.08 0.01' }],
    ['{} | sum_over_time(duration)', { '__name__=sum_over_time': '0.9 0.715 0.07 0.125 0.18 0.02' }],
    ['{} | avg_over_time(duration)', { '__name__=avg_over_time': '0.9 0.119167 0.0233333 0.0208333 0.036 0.002' }],
    [
      '{ resource.service.name = "queue" } | avg_over_time(duration) by (name)',
      { 'name=publish': '- 0.005 - - - -', 'name=consume': '- - 0.04 - - -', 'name=store': '- - 0.02 - - -' },
    ],
    ['{} | min_over_time(.items)', { '__name__=min_over_time': '3 0 2 - - -' }],
    ['{} | max_over_time(.items)', { '__name__=max_over_time': '3 10 2 - - -' }],
    ['{} | sum_over_time(.items)', { '__name__=sum_over_time': '3 14 2 - - -' }],
    ['{} | avg_over_time(span.items)', { '__name__=avg_over_time': '3 3.5 2 - - -' }],
    ['{} | sum_over_time(.ratio)', { '__name__=sum_over_time': '0.5 1.5 - - - -' }],
    ['{} | max_over_time(.x)', { '__name__=max_over_time': '- - - - - 5.5' }],
    ['{} | avg_over_time(span.nosuch)', {}],
    [
      '{} | max_over_time(.items) by (resource.service.name)',
      {
        'resource.service.name=gateway': '3 - - - - -',
        'resource.service.name=stock': '- 3 - - - -',
        'resource.service.name=db': '- 10 - - - -',
        'resource.service.name=queue': '- 1 2 - - -',
      },
    ],
    [
      '{ name = "POST /order" || name = "publish" } | max_over_time(traceDuration)',
      { '__name__=max_over_time': '0.9 0.14 - - - -' },
    ],
  ],
  'quantiles and histograms': [
    ['{} | quantile_over_time(duration, .5)', { 'p=0.5': '1.07374 0.0237266 0.0335544 0.0335544 0.0335544 0.0118633' }],
    [
      '{} | quantile_over_time(duration, 0, .9, 1)',
      {
        'p=0': '1.07374 0.00838861 0.0167772 0.00838861 0.0167772 0.0118633',
        'p=0.9': '1.07374 1.07374 0.0671089 0.134218 0.134218 0.0167772',
        'p=1': '1.07374 1.07374 0.0671089 0.134218 0.134218 0.0167772',
      },
    ],
    [
      '{} | quantile_over_time(duration, .5) by (resource.service.name)',
      {
        'resource.service.name=gateway p=0.5': '1.07374 0.0167772 - - - -',
        'resource.service.name=stock p=0.5': '- 1.07374 - - - -',
        'resource.service.name=db p=0.5': '- 0.0237266 - - - -',
        'resource.service.name=queue p=0.5': '- 0.00838861 0.0335544 - - -',
        'resource.service.name=cron p=0.5': '- - 0.0167772 0.00838861 - -',
        'resource.service.name=web p=0.5': '- - - 0.134218 0.134218 -',
        'resource.service.name=api p=0.5': '- - - - 0.0335544 -',
        'resource.service.name=lost p=0.5': '- - - - - 0.0118633',
      },
    ],
    ['{} | quantile_over_time(.items, .5, 1)', { 'p=0.5': '4 4 2 - - -', 'p=1': '4 16 2 - - -' }],
    ['{} | quantile_over_time(.ratio, .5)', {}],
    [
      '{} | histogram_over_time(duration)',
      {
        '__bucket=0.008388608': '0 1 0 1 0 0',
        '__bucket=0.016777216': '0 1 1 0 1 2',
        '__bucket=0.033554432': '0 2 1 1 1 0',
        '__bucket=0.067108864': '0 1 1 0 1 0',
        '__bucket=0.134217728': '0 0 0 1 1 0',
        '__bucket=1.073741824': '1 1 0 0 0 0',
      },
    ],
    [
      '{ kind = server } | histogram_over_time(duration) by (resource.service.name)',
      {
        'resource.service.name=gateway __bucket=1.073741824': '1 0 0 0 0 0',
        'resource.service.name=db __bucket=0.033554432': '0 2 0 0 0 0',
        'resource.service.name=web __bucket=0.134217728': '0 0 0 1 0 0',
        'resource.service.name=api __bucket=0.016777216': '0 0 0 0 1 0',
        'resource.service.name=api __bucket=0.067108864': '0 0 0 0 1 0',
      },
    ],
    [
      '{} | histogram_over_time(.items)',
      { '__bucket=2': '0 0 1 0 0 0', '__bucket=4': '1 1 0 0 0 0', '__bucket=16': '0 1 0 0 0 0' },
    ],
    ['{} | histogram_over_time(.ratio)', {}],
    ['{ rootName = "POST /order" } | histogram_over_time(traceDuration)', { '__bucket=1.073741824': '1 5 0 0 0 0' }],
  ],
  'exact quantiles': [
    ['{} | quantile_over_time(duration, .5) with(exact=true)', { 'p=0.5': '0.9 0.03 0.02 0.005 0.03 0' }],
    ['{} | quantile_over_time(.ratio, 0, 1) with(exact=true)', { 'p=0': '0.5 1.5 - - - -', 'p=1': '0.5 1.5 - - - -' }],
    [
      '{ duration > 0s } | quantile_over_time(duration, .5) by (resource.service.name) with(exact=true)',
      {
        'resource.service.name=gateway p=0.5': '0.9 0.05 - - - -',
        'resource.service.name=stock p=0.5': '- 0.6 - - - -',
        'resource.service.name=db p=0.5': '- 0.03 - - - -',
        'resource.service.name=queue p=0.5': '- 0.005 0.04 - - -',
        'resource.service.name=cron p=0.5': '- - 0.01 0.02 - -',
        'resource.service.name=web p=0.5': '- - - 0.1 0.08 -',
        'resource.service.name=api p=0.5': '- - - - 0.03 -',
        'resource.service.name=lost p=0.5': '- - - - - 0.01',
      },
    ],
    [
      '{} | quantile_over_time(duration, 1) with(exact=false)',
      { 'p=1': '1.07374 1.07374 0.0671089 0.134218 0.134218 0.0167772' },
    ],
  ],
  'second stages': [
    [
      '{} | count_over_time() by (resource.service.name) | topk(2)',
      {
        'resource.service.name=gateway': '1 2 - - - -',
        'resource.service.name=db': '- 2 - - - -',
        'resource.service.name=queue': '- - 2 - - -',
        'resource.service.name=cron': '- - 1 2 - -',
        'resource.service.name=': '0 - - 3 - -',
        'resource.service.name=api': '- - - - 3 -',
        'resource.service.name=types': '- - - - 1 7',
        'resource.service.name=lost': '- - - - - 2',
      },
    ],
    [
      '{} | count_over_time() by (resource.service.name) | bottomk(2)',
      {
        'resource.service.name=stock': '- - - 0 0 0',
        'resource.service.name=queue': '- - - - 0 -',
        'resource.service.name=web': '0 0 0 - - 0',
        'resource.service.name=types': '0 0 0 0 - -',
      },
    ],
    [
      '{ .items != nil } | count_over_time() by (.items) | topk(2)',
      { '.items=3': '1 1 - 0 0 0', '.items=10': '0 1 0 0 0 0', '.items=2': '- - 1 - - -' },
    ],
    [
      '{ .items != nil } | count_over_time() by (.items) | bottomk(2)',
      { '.items=0': '0 - 0 0 0 0', '.items=three': '0 1 0 0 0 0', '.items=2': '- 0 - - - -' },
    ],
    ['{} | count_over_time() by (status) | topk(1)', { 'status=error': '1 - - - - -', 'status=unset': '- 4 2 6 5 10' }],
    [
      '{} | count_over_time() by (status) | bottomk(1)',
      { 'status=error': '- - 0 - - -', 'status=ok': '- 1 - 0 0 0', 'status=unset': '0 - - - - -' },
    ],
    [
      '{} | count_over_time() by (kind) | topk(100)',
      {
        'kind=server': '1 2 0 1 2 0',
        'kind=client': '0 1 0 0 1 0',
        'kind=internal': '0 2 1 0 1 0',
        'kind=producer': '0 1 0 0 0 0',
        'kind=consumer': '0 0 1 0 0 0',
        'kind=unspecified': '0 0 1 5 1 10',
      },
    ],
    ['{} | count_over_time() by (kind) > 2', { 'kind=unspecified': '- - - 5 - 10' }],
    [
      '{} | count_over_time() by (kind) | topk(2) != 1',
      {
        'kind=server': '- 2 - - 2 -',
        'kind=client': '0 - - - - 0',
        'kind=internal': '- 2 - - - -',
        'kind=unspecified': '- - - 5 - 10',
      },
    ],
    ['{} | max_over_time(duration) > 50ms', { '__name__=max_over_time': '0.9 0.6 - 0.1 0.08 -' }],
    [
      '{} | max_over_time(duration) by (resource.service.name) >= 0.1',
      {
        'resource.service.name=gateway': '0.9 - - - - -',
        'resource.service.name=stock': '- 0.6 - - - -',
        'resource.service.name=web': '- - - 0.1 - -',
      },
    ],
    ['{} | quantile_over_time(duration, 1) > 0.5', { 'p=1': '1.07374 1.07374 - - - -' }],
    ['{} | rate() > 100', {}],
    ['{} | rate() = 0', {}],
  ],
  'spans of pipelines': [
    [
      '{ name = "POST /order" } >> {} | count_over_time() by (name)',
      {
        'name=reserve': '0 1 0 0 0 0',
        'name=SELECT': '0 2 0 0 0 0',
        'name=render': '0 1 0 0 0 0',
        'name=template': '0 1 0 0 0 0',
      },
    ],
    [
      '{ status = error } | by(resource.service.name) | count() > 0 | count_over_time()',
      { '__name__=count_over_time': '1 1 0 0 0 0' },
    ],
    ['{} | count() > 5 | count_over_time()', { '__name__=count_over_time': '1 5 1 5 1 8' }],
    ['{} | avg(duration) > 20ms | sum_over_time(duration)', { '__name__=sum_over_time': '0.9 0.715 0.06 0.1 0.18 -' }],
    [
      '{ nestedSetParent < 0 } | rate() by (name)',
      {
        'name=POST /order': '0.5 0 0 0 0 0',
        'name=publish': '0 0.5 0 0 0 0',
        'name=consume': '0 0 0.5 0 0 0',
        'name=tick': '0 0 0 0.5 0 0',
        'name=start': '0 0 0 0.5 0 0',
        'name=types': '0 0 0 0 0.5 0',
      },
    ],
    [
      '{ kind = client } > { kind = server } | max_over_time(duration) by (resource.service.name)',
      { 'resource.service.name=db': '- 0.03 - - - -', 'resource.service.name=api': '- - - - 0.01 -' },
    ],
  ],
  arithmetic: [
    [
      '({ status = error } | count_over_time()) / ({} | count_over_time())',
      { '__name__=(count_over_time / count_over_time)': '1 0.166667 0 0 0 0' },
    ],
    [
      '({ status = error } | rate() by (resource.service.name)) / ({} | rate() by (resource.service.name))',
      { 'resource.service.name=gateway': '1 0 - - - -', 'resource.service.name=db': '- 0.5 - - - -' },
    ],
    [
      '({} | count_over_time() by (kind)) / ({} | count_over_time())',
      {
        'kind=server': '1 0.333333 0 0.166667 0.4 0',
        'kind=client': '0 0.166667 0 0 0.2 0',
        'kind=internal': '0 0.333333 0.333333 0 0.2 0',
        'kind=producer': '0 0.166667 0 0 0 0',
        'kind=consumer': '0 0 0.333333 0 0 0',
        'kind=unspecified': '0 0 0.333333 0.833333 0.2 1',
      },
    ],
    ['({} | rate()) * 2', { '__name__=rate': '1 6 3 6 5 10' }],
    [
      '100 * ({ status = error } | count_over_time()) / ({} | count_over_time())',
      { '__name__=(count_over_time / count_over_time)': '100 16.6667 0 0 0 0' },
    ],
    [
      '({} | count_over_time()) - ({} | count_over_time()) / ({} | rate())',
      { '__name__=(count_over_time - (count_over_time / rate))': '-1 4 1 4 3 8' },
    ],
    ['1 / ({ status = error } | count_over_time())', { '__name__=count_over_time': '1 1 - - - -' }],
    [
      '({} | count_over_time() by (kind)) + ({ status = error } | count_over_time() by (kind)) > 2',
      { 'kind=server': '- 3 - - - -' },
    ],
    [
      '({} | count_over_time() by (kind) | topk(1)) * 10',
      {
        'kind=server': '10 - - - 20 -',
        'kind=internal': '- 20 - - - -',
        'kind=consumer': '- - 10 - - -',
        'kind=unspecified': '- - - 50 - 100',
      },
    ],
    ['(({} | rate()) + 1) / (1 + ({} | rate()))', { '__name__=(rate / rate)': '1 1 1 1 1 1' }],
    ['({} | quantile_over_time(duration, 1)) - ({} | quantile_over_time(duration, 1))', { 'p=1': '0 0 0 0 0 0' }],
  ],
  hints: [
    ['{ status = error } | count_over_time() with(sample=true)', { '__name__=count_over_time': '1 1 0 0 0 0' }],
    [
      '{ status = error } | count_over_time() with(span_sample=0.5, unheard_of=1s)',
      { '__name__=count_over_time': '1 1 0 0 0 0' },
    ],
    [
      '{ .tags != "new" } | count_over_time() by (name) with(nil_as_value=true)',
      {
        'name=reserve': '0 1 0 0 0 0',
        'name=SELECT': '0 2 0 0 0 0',
        'name=render': '0 1 0 0 0 0',
        'name=template': '0 1 0 0 0 0',
        'name=publish': '0 1 0 0 0 0',
        'name=consume': '0 0 1 0 0 0',
        'name=store': '0 0 1 0 0 0',
        'name=orphan': '0 0 1 0 0 0',
        'name=below orphan': '0 0 0 1 0 0',
        'name=tick': '0 0 0 1 0 0',
        'name=round': '0 0 0 2 0 0',
        'name=self': '0 0 0 1 0 0',
        'name=start': '0 0 0 1 0 0',
        'name=call': '0 0 0 0 1 0',
        'name=serve': '0 0 0 0 1 0',
        'name=work': '0 0 0 0 1 0',
        'name=proxy': '0 0 0 0 1 0',
        'name=types': '0 0 0 0 1 0',
        'name=text': '0 0 0 0 0 1',
        'name=int': '0 0 0 0 0 1',
        'name=float': '0 0 0 0 0 1',
        'name=bool': '0 0 0 0 0 1',
        'name=texts': '0 0 0 0 0 1',
        'name=ints': '0 0 0 0 0 1',
        'name=not a number': '0 0 0 0 0 1',
        'name=empty': '0 0 0 0 0 1',
        'name=lost': '0 0 0 0 0 1',
        'name=lost too': '0 0 0 0 0 1',
      },
    ],
  ],
};
