export { goString, re2Literal } from './escape.ts';
export {
  QuestionError,
  customQueryOf,
  fillCustomQuery,
  idForms,
  perSpanVariables,
  type LogsQuestion,
  type TagValues,
} from './question.ts';
export { labelName, likelyLogql, selectorOf, traceLogql } from './trace-logql.ts';
