export { REFUSED, type RefusedQuery } from './refused.ts';
export { MALFORMED, type MalformedQuery } from './malformed.ts';
export { shapeOf } from './shape.ts';
export { VALID } from './valid.ts';
