/** Data frames as /api/ds/query gives them. */
export const ODD_FRAMES: unknown = [
  {
    schema: {
      refId: 'A',
      meta: {
        typeVersion: [0, 0],
        custom: { frameType: 'LabeledTimeValues' },
        executedQueryString:
          'Expr: {service_name=~"a\\\\x22b|\\\\x7d\\\\x7b|\\\\x60|\\\\x5c|new\\\\x0aline|\\\\x24x|café|a\\\\.b"} |~ "(?i)(7467aed0e8590f22dd1ee682c76af7e4|7467aed0-e859-0f22-dd1e-e682c76af7e4)"',
      },
      fields: [
        { name: 'labels', type: 'other', typeInfo: { frame: 'json.RawMessage' } },
        { name: 'Time', type: 'time', typeInfo: { frame: 'time.Time' } },
        { name: 'Line', type: 'string', typeInfo: { frame: 'string' } },
        { name: 'tsNs', type: 'string', typeInfo: { frame: 'string' } },
        {
          name: 'labelTypes',
          type: 'other',
          typeInfo: { frame: 'json.RawMessage' },
          config: { custom: { hidden: true } },
        },
        { name: 'id', type: 'string', typeInfo: { frame: 'string' } },
      ],
    },
    data: {
      values: [
        [
          { detected_level: 'unknown', service_name: '$x' },
          { detected_level: 'warn', service_name: '\\' },
          { detected_level: 'unknown', service_name: 'a.b' },
          { detected_level: 'error', service_name: 'café' },
          { detected_level: 'error', service_name: 'new\nline' },
        ],
        [1795439071039, 1795439071037, 1795439071041, 1795439071040, 1795439071038],
        [
          'got traceparent: 00-7467aed0e8590f22dd1ee682c76af7e4-5cce4b9bb68efafb-01 in header',
          'level=warn msg="slow \\"query\\"" trace_id=7467aed0e8590f22dd1ee682c76af7e4 span_id=5cce4b9bb68efafb ms=12',
          'TRACE_ID=7467AED0E8590F22DD1EE682C76AF7E4 done',
          '{"severity":"ERROR","message":"nested","context":{"trace_id":"7467AED0-E859-0F22-DD1E-E682C76AF7E4","span_id":"5cce4b9bb68efafb"}}',
          '2026-11-23 ERROR [new,7467aed0e8590f22dd1ee682c76af7e4,5cce4b9bb68efafb] boom',
        ],
        [
          '1795439071039000615',
          '1795439071037000369',
          '1795439071041000861',
          '1795439071040000738',
          '1795439071038000492',
        ],
        [
          { detected_level: 'S', service_name: 'I' },
          { detected_level: 'S', service_name: 'I' },
          { detected_level: 'S', service_name: 'I' },
          { detected_level: 'S', service_name: 'I' },
          { detected_level: 'S', service_name: 'I' },
        ],
        [
          '1795439071039000615_e7f1948d',
          '1795439071037000369_47b51475',
          '1795439071041000861_d749b1f8',
          '1795439071040000738_81f1b62d',
          '1795439071038000492_417672ec',
        ],
      ],
      nanos: [null, [615, 369, 861, 738, 492], null, null, null, null],
    },
  },
  {
    schema: {
      refId: 'B',
      meta: {
        typeVersion: [0, 0],
        custom: { frameType: 'LabeledTimeValues' },
        executedQueryString:
          'Expr: {service_name=~"a\\\\x22b|\\\\x7d\\\\x7b|\\\\x60|\\\\x5c|new\\\\x0aline|\\\\x24x|café|a\\\\.b"} | trace_id=~"(?i)0*(7467aed0e8590f22dd1ee682c76af7e4|7467aed0-e859-0f22-dd1e-e682c76af7e4)" or traceid=~"(?i)0*(7467aed0e8590f22dd1ee682c76af7e4|7467aed0-e859-0f22-dd1e-e682c76af7e4)" or traceId=~"(?i)0*(7467aed0e8590f22dd1ee682c76af7e4|7467aed0-e859-0f22-dd1e-e682c76af7e4)" or traceID=~"(?i)0*(7467aed0e8590f22dd1ee682c76af7e4|7467aed0-e859-0f22-dd1e-e682c76af7e4)" !~ "(?i)(7467aed0e8590f22dd1ee682c76af7e4|7467aed0-e859-0f22-dd1e-e682c76af7e4)"',
      },
      fields: [
        { name: 'labels', type: 'other', typeInfo: { frame: 'json.RawMessage' } },
        { name: 'Time', type: 'time', typeInfo: { frame: 'time.Time' } },
        { name: 'Line', type: 'string', typeInfo: { frame: 'string' } },
        { name: 'tsNs', type: 'string', typeInfo: { frame: 'string' } },
        {
          name: 'labelTypes',
          type: 'other',
          typeInfo: { frame: 'json.RawMessage' },
          config: { custom: { hidden: true } },
        },
        { name: 'id', type: 'string', typeInfo: { frame: 'string' } },
      ],
    },
    data: {
      values: [
        [
          { detected_level: 'unknown', service_name: '`', traceid: '7467aed0-e859-0f22-dd1e-e682c76af7e4' },
          {
            detected_level: 'unknown',
            service_name: 'a"b',
            span_id: '5cce4b9bb68efafb',
            trace_id: '7467aed0e8590f22dd1ee682c76af7e4',
          },
          {
            detected_level: 'unknown',
            service_name: '}{',
            span_id: '5CCE4B9BB68EFAFB',
            trace_id: '7467AED0E8590F22DD1EE682C76AF7E4',
          },
        ],
        [1795439071036, 1795439071034, 1795439071035],
        ['dashed metadata', 'plain text, ids in metadata', 'upper metadata'],
        ['1795439071036000246', '1795439071034000000', '1795439071035000123'],
        [
          { detected_level: 'S', service_name: 'I', traceid: 'S' },
          { detected_level: 'S', service_name: 'I', span_id: 'S', trace_id: 'S' },
          { detected_level: 'S', service_name: 'I', span_id: 'S', trace_id: 'S' },
        ],
        ['1795439071036000246_199dd15f', '1795439071034000000_b16afa4d', '1795439071035000123_22419e78'],
      ],
      nanos: [null, [246, 0, 123], null, null, null, null],
    },
  },
];
