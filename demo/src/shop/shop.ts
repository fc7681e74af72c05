import { Broker } from './backing/broker.ts';
import { HEALTHY } from './faults.ts';
import { createRandom } from './random.ts';
import { applyScenario, findScenario } from './scenarios.ts';
import { createService, type Service } from './service.ts';
import { acquirer } from './services/acquirer.ts';
import { bank } from './services/bank.ts';
import { cart } from './services/cart.ts';
import { catalog } from './services/catalog.ts';
import { checkout } from './services/checkout.ts';
import { frontend } from './services/frontend.ts';
import { inventory, type Inventory } from './services/inventory.ts';
import { notifications } from './services/notifications.ts';
import { paymentGateway } from './services/payment-gateway.ts';
import { payment } from './services/payment.ts';
import { shipping } from './services/shipping.ts';
import { Ledger } from './telemetry/ledger.ts';
import type { LogSink } from './telemetry/logs.ts';
import { Metrics } from './telemetry/metrics.ts';
import { startTracing, type ExporterFactory, type ServiceTracing } from './telemetry/tracing.ts';
import { SERVICES, type ServiceName } from './topology.ts';

const RECONCILE_EVERY_MS = 5000;

export interface ShopOptions {
  /** Address that every service listens on. */
  host: string;
  /** Port of the first service, the others follow; 0 takes free ones. */
  firstPort: number;
  seed: number;
  environment: string;
  exporter: ExporterFactory;
  logSinks: readonly LogSink[];
}

const BUILDERS: Record<Exclude<ServiceName, 'inventory'>, (service: Service) => void> = {
  frontend,
  catalog,
  cart,
  checkout,
  payment,
  'payment-gateway': paymentGateway,
  acquirer,
  bank,
  shipping,
  notifications,
};

/** The shop: all its services, each on a port and with a tracer of its own, and what can go wrong in it. */
export class Shop {
  readonly ledger = new Ledger();
  readonly metrics: Metrics;
  private readonly faults = { ...HEALTHY };
  private readonly broker = new Broker();
  private readonly services = new Map<ServiceName, Service>();
  private readonly tracing: ServiceTracing[] = [];
  private readonly ports = new Map<ServiceName, number>();
  /** Where the services find each other, and the load finds the front end. */
  private readonly host: string;
  private readonly inventory: Inventory;
  private current = 'none';
  private job: NodeJS.Timeout | undefined;
  private jobRun: Promise<void> = Promise.resolve();

  private constructor(options: ShopOptions) {
    this.host = options.host === '0.0.0.0' ? '127.0.0.1' : options.host;
    this.metrics = new Metrics(() => this.broker.depths());
    const random = createRandom(options.seed, 'instances');
    let stock: Inventory | undefined;
    for (const definition of SERVICES) {
      const instanceId = `${definition.name}-${random.hex(9)}-${random.hex(5)}`;
      const tracing = startTracing(definition, instanceId, options.environment, options.exporter, this.ledger);
      const service = createService({
        definition,
        tracer: tracing.tracer,
        metrics: this.metrics,
        logSinks: options.logSinks,
        faults: this.faults,
        broker: this.broker,
        directory: (name) => ({ host: this.host, port: this.portOf(name) }),
        seed: options.seed,
      });
      if (definition.name === 'inventory') {
        stock = inventory(service);
      } else {
        BUILDERS[definition.name](service);
      }
      this.tracing.push(tracing);
      this.services.set(definition.name, service);
    }
    if (!stock) {
      throw new Error('the shop has no inventory');
    }
    this.inventory = stock;
  }

  /** Resolves when every service listens; rejects, with everything closed again, when one cannot. */
  static async start(options: ShopOptions): Promise<Shop> {
    const shop = new Shop(options);
    try {
      for (const [index, { name }] of SERVICES.entries()) {
        const port = options.firstPort === 0 ? 0 : options.firstPort + index;
        shop.ports.set(name, (await shop.services.get(name)?.server.listen(options.host, port)) ?? port);
      }
    } catch (thrown) {
      await shop.stop();
      throw thrown;
    }
    shop.job = setInterval(() => shop.reconcile(), RECONCILE_EVERY_MS);
    return shop;
  }

  get scenario(): string {
    return this.current;
  }

  /** Switches to the scenario of that name, at once; false when there is none. */
  setScenario(name: string): boolean {
    const scenario = findScenario(name);
    if (scenario) {
      applyScenario(this.faults, scenario);
      this.current = scenario.name;
    }
    return scenario !== undefined;
  }

  portOf(name: ServiceName): number {
    return this.ports.get(name) ?? 0;
  }

  /** `http://host:port` of a service. */
  urlOf(name: ServiceName): string {
    return `http://${this.host}:${this.portOf(name)}`;
  }

  /** Runs the stock reconciliation, after the run before it. */
  reconcile(): void {
    this.jobRun = this.jobRun.then(() => this.inventory.reconcile());
  }

  isLocked(sku: string): boolean {
    return this.inventory.isLocked(sku);
  }

  /** Waits until every request, message and job under way is done, and every span of theirs was sent. */
  async drain(): Promise<void> {
    clearInterval(this.job);
    await this.jobRun;
    // A message may cause requests, a request messages: twice round is enough for this shop.
    for (let round = 0; round < 2; round++) {
      await Promise.all([...this.services.values()].map((service) => service.server.idle()));
      await this.broker.idle();
    }
    await Promise.all(this.tracing.map((tracing) => tracing.flush()));
  }

  async stop(): Promise<void> {
    clearInterval(this.job);
    for (const service of this.services.values()) {
      service.client.close();
      await service.server.close();
    }
    await Promise.all(this.tracing.map((tracing) => tracing.shutdown()));
  }
}
