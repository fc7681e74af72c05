import { TraceFrameError } from '@clew/trace-model';
import { describeStoreError } from '../../shared/describeStoreError';
import { StoreError } from '../../shared/storeError';

export interface Failure {
  readonly title: string;
  readonly text: string;
}

/** What went wrong with a trace and what to do, for people. */
export function describeFailure(error: Error, datasourceName: string | undefined): Failure {
  if (error instanceof TraceFrameError) {
    return {
      title: 'The trace broke off',
      text: `The store's answer ended early or cannot be read (${error.message}). Try again; if that does not help, the store's log says more.`,
    };
  }
  if (!(error instanceof StoreError)) {
    return { title: 'The trace cannot be shown', text: error.message };
  }
  const text = describeStoreError(error, { datasourceName: datasourceName ?? 'of the query' });
  switch (error.kind) {
    case 'trace-not-found':
      return {
        title: 'There is no such trace',
        text: `${text} It may not have arrived yet, or its retention may be over.`,
      };
    case 'unreachable':
    case 'timeout':
    case 'not-a-store':
    case 'network':
      return { title: 'The trace store cannot be reached', text };
    case 'auth':
    case 'forbidden':
    case 'no-datasource':
      return { title: 'The trace store may not be queried', text };
    default:
      return { title: 'The trace store did not answer', text };
  }
}
