import { queryProblem } from './problem';

test('wrong TraceQL is located, with what to write instead', () => {
  expect(queryProblem({ query: '{ name == "a" }' })).toMatchObject({ line: 1, column: 8, hint: expect.any(String) });
  expect(queryProblem({ query: '\n{ status = err }' })).toMatchObject({ line: 2 });
});

test('what cannot mean anything is a problem too', () => {
  expect(queryProblem({ query: '{ duration > "a" }' })?.message).toBeTruthy();
  expect(queryProblem({ query: '{ name =~ "(" }' })?.message).toBeTruthy();
});

test('queries, trace ids and no text are none', () => {
  for (const query of ['{ status = error }', '{ } | count() > 2', 'a3ce929d0e0e4736', '', undefined]) {
    expect(queryProblem({ query })).toBeUndefined();
  }
  expect(queryProblem({ query: 'xyz', queryType: 'traceId' })?.message).toContain('no trace id');
});
