import { readFileSync } from 'node:fs';

import { ConfigError, OPTIONS, type Config } from './config.ts';
import { messageOf } from './errors.ts';
import type { SpanLimits } from './journal/record.ts';

/** What may differ by tenant. 0: no limit. */
export interface TenantLimits extends SpanLimits {
  readonly spansPerSecond: number;
  readonly bytesPerSecond: number;
  readonly retentionDays: number;
  readonly retentionBytes: number;
}

/** Options of a number: a limit is the same for all tenants there, and has its range from there. */
type NumberOption = {
  [Name in keyof typeof OPTIONS]: (typeof OPTIONS)[Name]['kind'] extends 'number' ? Name : never;
}[keyof typeof OPTIONS];

/** Each limit from the option that it overrides. */
const limitsFrom = (read: (option: NumberOption) => number): TenantLimits => ({
  spansPerSecond: read('maxSpansPerSecond'),
  bytesPerSecond: read('maxBytesPerSecond'),
  spanBytes: read('maxSpanBytes'),
  attributeBytes: read('maxAttributeBytes'),
  retentionDays: read('retentionDays'),
  retentionBytes: read('retentionBytes'),
});

const MAX = limitsFrom((option) => OPTIONS[option].max);

/** The tenant of everything while multi-tenancy is off. */
const SINGLE_TENANT = '';

/** As Grafana's servers take tenant ids (https://grafana.com/docs/mimir/latest/configure/about-tenant-ids). */
const TENANT_ID = /^[A-Za-z0-9!\-_.*'()]{1,150}$/;

/** A request without a usable `X-Scope-OrgID` where one is needed. The message says what to send. */
export class NoTenant extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NoTenant';
  }
}

/** Who is who, and what each may do. */
export class Tenants {
  readonly #multi: boolean;
  readonly #defaults: TenantLimits;
  readonly #overrides: ReadonlyMap<string, TenantLimits>;

  constructor(multi: boolean, defaults: TenantLimits, overrides: ReadonlyMap<string, TenantLimits> = new Map()) {
    this.#multi = multi;
    this.#defaults = defaults;
    this.#overrides = overrides;
  }

  /** One tenant without limits. */
  static single(): Tenants {
    return new Tenants(
      false,
      limitsFrom(() => 0)
    );
  }

  /** Throws ConfigError when the tenants file cannot be used. */
  static fromConfig(config: Config): Tenants {
    const defaults = limitsFrom((option) => config[option]);
    const overrides = config.tenantsFile === '' ? undefined : readTenantsFile(config.tenantsFile, defaults);
    return new Tenants(config.multiTenant, defaults, overrides);
  }

  /** The tenant that an `X-Scope-OrgID` header names. Throws NoTenant. */
  fromHeader(header: string | undefined): string {
    if (!this.#multi) {
      return SINGLE_TENANT;
    }
    if (header === undefined || header === '') {
      throw new NoTenant('This store has several tenants: name yours in the header X-Scope-OrgID');
    }
    if (!TENANT_ID.test(header) || header === '.' || header === '..') {
      throw new NoTenant(
        "X-Scope-OrgID is not a tenant id: give one of 1 to 150 letters, digits and !-_.*'() ('|' for several is not supported)"
      );
    }
    return header;
  }

  limitsOf(tenant: string): TenantLimits {
    return this.#overrides.get(tenant) ?? this.#defaults;
  }
}

/** `{"team-a": {"spansPerSecond": 5000}}`; what a tenant does not set, the options set. */
function readTenantsFile(path: string, defaults: TenantLimits): Map<string, TenantLimits> {
  const fail = (problem: string): never => {
    throw new ConfigError([`CLEW_TENANTS_FILE=${path}: ${problem}`]);
  };
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return fail(messageOf(error));
  }
  if (!isObject(content)) {
    return fail('give an object of tenants: {"team-a": {"spansPerSecond": 5000}}');
  }
  const overrides = new Map<string, TenantLimits>();
  for (const [tenant, limits] of Object.entries(content)) {
    if (!TENANT_ID.test(tenant)) {
      fail(`"${tenant}" is not a tenant id: use 1 to 150 letters, digits and !-_.*'()`);
    }
    if (!isObject(limits)) {
      return fail(`"${tenant}": give an object of limits`);
    }
    for (const [name, value] of Object.entries(limits)) {
      if (!isLimit(name)) {
        return fail(`"${tenant}": there is no limit "${name}"; there are ${Object.keys(MAX).join(', ')}`);
      }
      const max = MAX[name];
      if (!Number.isInteger(value) || Number(value) < 0 || Number(value) > max) {
        fail(`"${tenant}".${name}: give a whole number from 0 to ${max}`);
      }
    }
    overrides.set(tenant, { ...defaults, ...limits });
  }
  return overrides;
}

const isLimit = (name: string): name is keyof TenantLimits => Object.hasOwn(MAX, name);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
