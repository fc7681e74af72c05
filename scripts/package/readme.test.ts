import { catalogueReadme } from './readme.ts';

const README = `![A trace](img/trace.png)
[The store](../docs/store.md#options), [elsewhere](https://example.org/), [below](#more)`;

test('links are made absolute, at the version that is packaged', () => {
  expect(catalogueReadme(README, { url: 'https://github.com/o/r', ref: 'v1.2.3' }))
    .toBe(`![A trace](https://github.com/o/r/raw/v1.2.3/src/img/trace.png)
[The store](https://github.com/o/r/blob/v1.2.3/docs/store.md#options), [elsewhere](https://example.org/), [below](#more)`);
});

test('where the repository has no address, the text is left, and the picture that Grafana serves', () => {
  expect(catalogueReadme(README)).toBe(`<img alt="A trace" src="public/plugins/clew-correlation-app/img/trace.png">
The store, [elsewhere](https://example.org/), [below](#more)`);
});
