import { CustomVariableSupport, type DataQueryRequest, type DataQueryResponse } from '@grafana/data';
import { from, type Observable } from 'rxjs';
import { type ClewDatasource } from '../datasource';
import { type ClewVariableQuery } from '../types';
import { VariableEditor } from './VariableEditor';

export class ClewVariableSupport extends CustomVariableSupport<ClewDatasource, ClewVariableQuery> {
  readonly #datasource: ClewDatasource;
  readonly editor = VariableEditor;

  constructor(datasource: ClewDatasource) {
    super();
    this.#datasource = datasource;
  }

  query({ targets, range, scopedVars }: DataQueryRequest<ClewVariableQuery>): Observable<DataQueryResponse> {
    return from(this.#datasource.metricFindQuery(targets[0], { range, scopedVars }).then((data) => ({ data })));
  }
}
