import { createServer, type AddressInfo, type Server } from 'node:net';
import { parseDemoArgs } from './args.ts';
import { portTroubles } from './ports.ts';

describe('portTroubles', () => {
  let taken: Server;
  let port: number;

  beforeAll(async () => {
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    port = (taken.address() as AddressInfo).port;
  });

  afterAll(() => new Promise((resolve) => taken.close(resolve)));

  it('names a port in use and the option that moves it', async () => {
    const { ports } = parseDemoArgs(['--query-port', String(port)]);
    expect(await portTroubles(ports, ['query'])).toEqual([
      `port ${port} (store, query API): is already in use; choose another with --query-port or --port-offset`,
    ]);
  });

  it('looks at each of the ports of the shop', async () => {
    const { ports } = parseDemoArgs(['--shop-port', String(port - 3)]);
    const troubles = await portTroubles(ports, ['shop']);
    expect(troubles.join('\n')).toContain(`port ${port} (shop`);
  });

  it('finds a port that two listeners want', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const once = (free.address() as AddressInfo).port;
    await new Promise((resolve) => free.close(resolve));
    const { ports } = parseDemoArgs(['--query-port', String(once), '--admin-port', String(once)]);
    expect((await portTroubles(ports, ['query', 'admin'])).join('\n')).toContain('--admin-port');
  });

  it('says when an offset leads too far', async () => {
    const { ports } = parseDemoArgs(['--grafana-port', '60000', '--port-offset', '10000']);
    expect(await portTroubles(ports, ['grafana'])).toEqual([
      expect.stringContaining('port 70000 (Grafana): is above 65535'),
    ]);
  });
});
