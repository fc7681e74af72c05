export {
  customQueryOf,
  fillCustomQuery,
  idForms,
  perSpanVariables,
  type LogsQuestion,
  type TagValues,
} from '@clew/doctor/logql';
