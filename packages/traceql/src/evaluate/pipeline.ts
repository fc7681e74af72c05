import {
  assertUnreachable,
  leftSpine,
  type GroupStage,
  type Pipeline,
  type PipelineStage,
  type ScalarFilter,
  type SpansetFilter,
  type SpansetOperand,
  type SpansetOperation,
  type SpansetOperator,
} from '../ast.ts';
import { foldConstant } from '../constant.ts';
import { TraceqlError, positionAt } from '../errors.ts';
import { formatExpression, formatScalar } from '../format.ts';
import { aggregate } from './aggregate.ts';
import { failure } from './arithmetic.ts';
import { FieldCompiler, type Field } from './field.ts';
import type { Frame } from './frame.ts';
import { union, type Positions } from './relate.ts';
import { compareScalars, groupKey, isTrue, type Scalar, type Value } from './value.ts';

/** What `by()` and aggregates say of a spanset: `by(resource.service.name)`, `count()`. */
export interface SpansetAttribute {
  readonly key: string;
  readonly value: Value;
}

/** Spans of one trace, never none. Positions are in the tree's order where the query asks for the tree. */
export interface Spanset {
  readonly positions: Positions;
  readonly attributes: readonly SpansetAttribute[];
}

type Spansets = readonly Spanset[];

/** From the spansets of the frame's trace to those that pass. */
export type Stage = (input: Spansets) => Spansets;

/** Parentheses in a parsed query nest less. */
const MAX_NESTING = 500;

const NO_POSITIONS: Positions = new Int32Array(0);

/** Makes functions of the stages of a pipeline (features.md 1.9). */
export class PipelineCompiler {
  readonly #frame: Frame;
  readonly #text: string;
  readonly #fields: FieldCompiler;

  constructor(frame: Frame, text: string) {
    this.#frame = frame;
    this.#text = text;
    this.#fields = new FieldCompiler(frame, text);
  }

  /** @throws TraceqlError for what `check` refuses and cannot be evaluated */
  compile({ stages }: Pipeline, depth = 0): Stage {
    const compiled = stages.map((stage) => this.#stage(stage, depth));
    return (input) => {
      let spansets = input;
      for (const stage of compiled) {
        if (spansets.length === 0) {
          break;
        }
        spansets = stage(spansets);
      }
      return spansets;
    };
  }

  #stage(stage: PipelineStage, depth: number): Stage {
    switch (stage.kind) {
      case 'spansetFilter':
      case 'spansetOperation':
        return this.#spanset(stage, depth);
      case 'scalarFilter':
        return this.#scalarFilter(stage);
      case 'group':
        return this.#group(stage);
      case 'coalesce':
        return coalesce;
      case 'select':
        // Adds fields to the answer, and keeps every spanset as it is.
        stage.attributes.forEach((attribute) => this.#fields.attribute(attribute));
        return (input) => input;
      default:
        return assertUnreachable(stage);
    }
  }

  #spanset(node: SpansetOperand, depth: number): Stage {
    if (depth > MAX_NESTING) {
      throw failure(`spansets nest deeper than ${MAX_NESTING} levels`, node.span, this.#text);
    }
    switch (node.kind) {
      case 'spansetFilter':
        return this.#filter(node);
      case 'pipeline':
        return this.compile(node, depth + 1);
      case 'spansetOperation':
        return this.#operations(node, depth);
      default:
        return assertUnreachable(node);
    }
  }

  #filter({ expression }: SpansetFilter): Stage {
    if (!expression) {
      return (input) => input;
    }
    const field = this.#fields.compile(expression);
    return (input) =>
      input.flatMap((spanset) => {
        const positions = spanset.positions.filter((position) => isTrue(field(this.#frame.spanAt(position))));
        return positions.length > 0 ? [{ ...spanset, positions }] : [];
      });
  }

  /** A chain of operators: both sides of each see the same spanset. A loop, since it may be thousands of terms long. */
  #operations(top: SpansetOperation, depth: number): Stage {
    const spine = leftSpine(top);
    const first = this.#spanset(spine[0].left, depth + 1);
    if (spine.some(({ operator }) => operator !== '&&' && operator !== '||' && operator !== '&&!')) {
      this.#frame.isOrderedByTree = true;
    }
    const rest = spine.map((node) => ({ node, right: this.#spanset(node.right, depth + 1) }));
    return (input) =>
      input.flatMap((spanset) => {
        const alone = [spanset];
        let found = first(alone);
        for (const { node, right } of rest) {
          const positions = this.#combine(node, found, right(alone));
          found = positions.length > 0 ? [{ ...spanset, positions }] : [];
        }
        return found;
      });
  }

  #combine(node: SpansetOperation, left: Spansets, right: Spansets): Positions {
    const operator: SpansetOperator = node.operator;
    switch (operator) {
      case '&&':
        return left.length > 0 && right.length > 0 ? union(positionsOf(left), positionsOf(right)) : NO_POSITIONS;
      case '||':
        return union(positionsOf(left), positionsOf(right));
      case '&&!':
        return right.length > 0 ? NO_POSITIONS : positionsOf(left);
      default:
        if (right.length > 0 && (left.length > 1 || right.length > 1)) {
          const hint = 'write | coalesce() after by() to make one spanset of the groups';
          throw failure(`"${operator}" does not relate spansets that by() has split`, node.span, this.#text, hint);
        }
        return this.#frame.relations.relate(operator, positionsOf(left), positionsOf(right));
    }
  }

  /** A spanset for each value, nil included, in the order in which they are met. */
  #group({ expression }: GroupStage): Stage {
    const field = this.#fields.compile(expression);
    const key = `by(${formatExpression(expression)})`;
    return (input) =>
      input.flatMap(({ positions, attributes }) => {
        const groups = new Map<string, { value: Value; positions: number[] }>();
        for (const position of positions) {
          const value = field(this.#frame.spanAt(position));
          const group = groups.get(groupKey(value));
          if (group) {
            group.positions.push(position);
          } else {
            groups.set(groupKey(value), { value, positions: [position] });
          }
        }
        return Array.from(groups.values(), ({ value, positions: grouped }) => ({
          positions: Int32Array.from(grouped),
          attributes: [...attributes, { key, value }],
        }));
      });
  }

  #scalarFilter(filter: ScalarFilter): Stage {
    const { operator, left, right, span } = filter;
    const isSupported =
      left.kind === 'aggregate' &&
      (right.kind === 'literal' || right.kind === 'constantNegation' || right.kind === 'constantOperation');
    if (!isSupported) {
      const message = 'only an aggregate compared with a number is supported';
      throw new TraceqlError('unsupported', message, span, positionAt(this.#text, span.start));
    }
    const key = formatScalar(left);
    const folded = foldConstant(right, this.#text);
    const limit: Scalar = folded.type === 'duration' ? { type: 'duration', value: folded.value } : folded.value;
    const { function: fn, operand } = left;
    const field = operand && this.#fields.compile(operand);
    return (input) =>
      input.flatMap((spanset) => {
        const value =
          fn === 'count' || !field
            ? BigInt(spanset.positions.length)
            : aggregate(fn, this.#values(field, spanset.positions));
        const passes = value !== undefined && compareScalars(operator, value, limit) === true;
        return passes ? [{ ...spanset, attributes: [...spanset.attributes, { key, value }] }] : [];
      });
  }

  *#values(field: Field, positions: Positions): Generator<Value> {
    for (const position of positions) {
      yield field(this.#frame.spanAt(position));
    }
  }
}

/** One spanset of all; what `by()` and aggregates said of each is gone, as in Tempo. */
function coalesce(input: Spansets): Spansets {
  return [{ positions: positionsOf(input), attributes: [] }];
}

/** The positions of all, each once, in order. */
function positionsOf(spansets: Spansets): Positions {
  switch (spansets.length) {
    case 0:
      return NO_POSITIONS;
    case 1:
      return spansets[0].positions;
    case 2:
      return union(spansets[0].positions, spansets[1].positions);
  }
  const all = new Int32Array(spansets.reduce((sum, { positions }) => sum + positions.length, 0));
  let size = 0;
  for (const { positions } of spansets) {
    all.set(positions, size);
    size += positions.length;
  }
  all.sort();
  return all.filter((position, index) => index === 0 || position !== all[index - 1]);
}
