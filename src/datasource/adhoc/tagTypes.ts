import { type StoreClient, type TimeWindow } from '../../shared/storeClient';
import { type FilterValueType } from '../query/form/searchForm';
import { valueTypeFromStore } from '../query/form/valueType';

const NOTHING: ReadonlySet<FilterValueType> = new Set();
/** Attributes hardly ever change their type. */
const KNOWN_FOR_MS = 10 * 60_000;
/** Enough to see every type that is not an exception. */
const LOOKED_AT = 1000;

/**
 * What types the values of attributes have: filters come as text, but `span.http.status_code = "500"` finds no number.
 * Attributes are as in TraceQL.
 */
export class TagTypes {
  readonly #client: StoreClient;
  readonly #types = new Map<string, Set<FilterValueType>>();
  /** All panels of a dashboard ask at once, so requests are shared, and none is ended with the query that began it. */
  readonly #asked = new Map<string, { readonly atMs: number; readonly answer: Promise<void> }>();

  constructor(client: StoreClient) {
    this.#client = client;
  }

  /** Empty where nothing is known yet. */
  of(attribute: string): ReadonlySet<FilterValueType> {
    return this.#types.get(attribute) ?? NOTHING;
  }

  learn(attribute: string, types: Iterable<FilterValueType>): void {
    this.#types.set(attribute, new Set([...this.of(attribute), ...types]));
  }

  /** Asks the store about attributes that were not asked about lately. A store that does not say leaves a guess. */
  async load(attributes: Iterable<string>, nowMs: number, window?: TimeWindow): Promise<void> {
    await Promise.all(
      [...new Set(attributes)].map((attribute) => {
        const known = this.#asked.get(attribute);
        if (known && nowMs - known.atMs < KNOWN_FOR_MS) {
          return known.answer;
        }
        const answer = this.#ask(attribute, window);
        this.#asked.set(attribute, { atMs: nowMs, answer });
        return answer;
      })
    );
  }

  async #ask(attribute: string, window: TimeWindow | undefined): Promise<void> {
    try {
      const values = await this.#client.tagValues(attribute, { limit: LOOKED_AT, window });
      this.learn(
        attribute,
        values.map(({ type }) => valueTypeFromStore(type))
      );
    } catch {
      // The query itself will fail too, and say why.
      this.#asked.delete(attribute);
    }
  }
}
