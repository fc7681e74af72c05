import { ArgumentError, demoHelp, parseDemoArgs, parseDuration } from './args.ts';

describe('parseDemoArgs', () => {
  it('has defaults for everything', () => {
    const options = parseDemoArgs([]);
    expect(options).toMatchObject({ scenario: 'none', forMs: undefined, keep: false, grafana: true, help: false });
    expect(options.ports).toMatchObject({ otlpGrpc: 4317, otlpHttp: 4318, query: 3200, admin: 3201, grafana: 3000 });
  });

  it('shifts every port by the offset, chosen ones too', () => {
    const { ports } = parseDemoArgs(['--port-offset', '10000', '--grafana-port=3300']);
    expect(ports.grafana).toBe(13300);
    expect(ports.shop).toBe(18080);
  });

  it.each([
    [['--scenario', 'nonsense'], '--scenario: there is no "nonsense"'],
    [['--rate', '0'], '--rate: "0" is not a number from 0.1 to 500'],
    [['--rate', 'many'], '--rate: "many" is not a number'],
    [['--query-port', '3200.5'], '--query-port: "3200.5" is not a whole number'],
    [['--loki-port', '70000'], '--loki-port: "70000" is not a number from 1 to 65535'],
    [['--for', 'soon'], '--for: "soon" is not a duration such as 60s'],
    [['--fro', '60s'], '--fro'],
  ])('refuses %j and names the option', (args, message) => {
    expect(() => parseDemoArgs(args)).toThrow(ArgumentError);
    expect(() => parseDemoArgs(args)).toThrow(message);
  });

  it('lists every scenario and every port in its help', () => {
    for (const text of ['payment-timeout', 'silent-queue', 'retry-storm', '--otlp-grpc-port', '--loki-grpc-port']) {
      expect(demoHelp()).toContain(text);
    }
  });
});

describe('parseDuration', () => {
  it.each([
    ['60s', 60_000],
    ['90', 90_000],
    ['1500ms', 1500],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration('--for', text)).toBe(ms);
  });

  it.each(['', 's', '-5s', '5 s', '5d', '0s', '25h'])('refuses "%s"', (text) => {
    expect(() => parseDuration('--for', text)).toThrow(ArgumentError);
  });
});
