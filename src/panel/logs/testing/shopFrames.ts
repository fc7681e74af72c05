/** Data frames as /api/ds/query gives them. */
export const SHOP_FRAMES: unknown = [
  {
    schema: {
      refId: 'line',
      meta: {
        typeVersion: [0, 0],
        custom: { frameType: 'LabeledTimeValues' },
        executedQueryString: 'Expr: {service_name=~".+"} |~ "(?i)7467aed0e8590f22dd1ee682c76af7e4"',
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
          {
            detected_level: 'info',
            level: 'info',
            service_name: 'checkout',
            span_id: '5cce4b9bb68efafb',
            trace_id: '7467aed0e8590f22dd1ee682c76af7e4',
          },
          {
            detected_level: 'info',
            level: 'info',
            service_name: 'frontend',
            span_id: '1118a0ca0d300129',
            trace_id: '7467aed0e8590f22dd1ee682c76af7e4',
          },
          {
            detected_level: 'info',
            level: 'info',
            service_name: 'notifications',
            span_id: 'f5054bec567085a3',
            trace_id: '7467aed0e8590f22dd1ee682c76af7e4',
          },
          {
            detected_level: 'info',
            level: 'info',
            service_name: 'payment',
            span_id: '4a23091a74b292e9',
            trace_id: '7467aed0e8590f22dd1ee682c76af7e4',
          },
        ],
        [1795437380452, 1795437380452, 1795437380550, 1795437380437],
        [
          '{"time":"2026-11-23T12:36:20.452Z","level":"info","msg":"order placed","service":"checkout","trace_id":"7467aed0e8590f22dd1ee682c76af7e4","span_id":"5cce4b9bb68efafb","order":"ord-c52dba8e61","total":224.53,"items":2}',
          '{"time":"2026-11-23T12:36:20.452Z","level":"info","msg":"checkout done","service":"frontend","trace_id":"7467aed0e8590f22dd1ee682c76af7e4","span_id":"1118a0ca0d300129","user":"u-1479","order":"ord-c52dba8e61"}',
          '{"time":"2026-11-23T12:36:20.550Z","level":"info","msg":"confirmation sent","service":"notifications","trace_id":"7467aed0e8590f22dd1ee682c76af7e4","span_id":"f5054bec567085a3","order":"ord-c52dba8e61"}',
          '{"time":"2026-11-23T12:36:20.437Z","level":"info","msg":"payment captured","service":"payment","trace_id":"7467aed0e8590f22dd1ee682c76af7e4","span_id":"4a23091a74b292e9","payment":"pay-78be4c98bc","order":"ord-c52dba8e61","amount":230.83}',
        ],
        ['1795437380452000000', '1795437380452000000', '1795437380550000000', '1795437380437000000'],
        [
          { detected_level: 'S', level: 'I', service_name: 'I', span_id: 'S', trace_id: 'S' },
          { detected_level: 'S', level: 'I', service_name: 'I', span_id: 'S', trace_id: 'S' },
          { detected_level: 'S', level: 'I', service_name: 'I', span_id: 'S', trace_id: 'S' },
          { detected_level: 'S', level: 'I', service_name: 'I', span_id: 'S', trace_id: 'S' },
        ],
        [
          '1795437380452000000_2f46f295',
          '1795437380452000000_b9d37796',
          '1795437380550000000_47eb6cec',
          '1795437380437000000_4b9af767',
        ],
      ],
    },
  },
  {
    schema: {
      refId: 'label',
      meta: {
        typeVersion: [0, 0],
        custom: { frameType: 'LabeledTimeValues' },
        executedQueryString:
          'Expr: {service_name=~".+"} | trace_id=~"(?i)7467aed0e8590f22dd1ee682c76af7e4" !~ "(?i)7467aed0e8590f22dd1ee682c76af7e4"',
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
    data: { values: [[], [], [], [], [], []] },
  },
];
