import { checkScenario, ConfigError, readShopConfig, shopHelp } from './config.ts';

describe('readShopConfig', () => {
  it('has defaults, and an empty LOKI_URL means none', () => {
    expect(readShopConfig({}, [])).toMatchObject({
      firstPort: 8080,
      controlPort: 8099,
      lokiUrl: 'http://127.0.0.1:3100',
    });
    expect(readShopConfig({ LOKI_URL: '' }, []).lokiUrl).toBe('');
  });

  it('takes the scenario from the arguments before the environment', () => {
    expect(readShopConfig({ SHOP_SCENARIO: 'dark-time' }, []).scenario).toBe('dark-time');
    expect(readShopConfig({ SHOP_SCENARIO: 'dark-time' }, ['--scenario', 'lock-wait']).scenario).toBe('lock-wait');
  });

  it.each([
    [{ SHOP_PORT: 'eighty' }, [], 'SHOP_PORT: "eighty" is not a number from 1 to'],
    [{ SHOP_RATE: '' }, [], 'SHOP_RATE'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' }, [], 'OTEL_EXPORTER_OTLP_ENDPOINT: "localhost:4318" is not'],
    [{}, ['--scenari', 'x'], '--scenari: unknown option'],
    [{}, ['--scenario'], '--scenario: unknown option or missing value'],
  ])('refuses %j %j', (environment, args, message) => {
    expect(() => readShopConfig(environment, args)).toThrow(ConfigError);
    expect(() => readShopConfig(environment, args)).toThrow(message);
  });

  it('knows its scenarios', () => {
    expect(() => checkScenario('meteor')).toThrow(/there is no "meteor"; the scenarios are\n {2}none/);
    expect(shopHelp()).toContain('silent-queue');
  });
});
