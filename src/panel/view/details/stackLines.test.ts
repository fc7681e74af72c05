import { stackLines } from './stackLines';

const kindsOf = (text: string) => stackLines(text).map(({ kind }) => kind);

test('JavaScript', () => {
  expect(
    kindsOf(
      'TypeError: x is not a function\n    at pay (/app/src/pay.ts:1:2)\n    at next (/app/node_modules/express/lib/router.js:1:1)\n    at node:internal/process/task_queues:95:5\n'
    )
  ).toEqual(['message', 'own', 'library', 'library']);
});

test('Java, with a cause', () => {
  expect(
    kindsOf(
      'java.lang.IllegalStateException: closed\n\tat com.shop.Cart.add(Cart.java:10)\n\tat org.springframework.web.Servlet.doGet(Servlet.java:1)\nCaused by: java.io.IOException: gone\n\t... 12 more'
    )
  ).toEqual(['message', 'own', 'library', 'message', 'library']);
});

test('Python', () => {
  expect(
    kindsOf(
      'Traceback (most recent call last):\n  File "/srv/app.py", line 3, in <module>\n    main()\n  File "/usr/lib/python3/site-packages/x.py", line 9, in run\n    go()\nValueError: no'
    )
  ).toEqual(['library', 'own', 'own', 'library', 'library', 'message']);
});
