import { build } from 'esbuild';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { dirname, extname, join, resolve } from 'node:path';
import { createRequire } from 'node:module';

/** The viewer on a page without Grafana, with a store behind it. */
export interface HostPage {
  readonly url: string;
  close(): void;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Clew</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/inter/400.css"><link rel="stylesheet" href="/inter/500.css"><link rel="stylesheet" href="/host.css">
<style>html, body { margin: 0; height: 100% } body { font: 14px/1.57 Inter, sans-serif } * { box-sizing: border-box } #root { height: 100vh } button { font: inherit; cursor: pointer } input { font: inherit }</style>
</head>
<body><main id="root"></main><script>window.grafanaBootData = { settings: {}, user: { permissions: {} }, navTree: [] }</script><script src="/host.js"></script></body>
</html>`;

const requireHere = createRequire(import.meta.url);

/** Bundles the page and serves it on a free port of loopback; what begins with /api or /clew goes to the store. */
export async function serveHostPage(storeQuery: string, folder: string): Promise<HostPage> {
  await build({
    entryPoints: { host: resolve('src/panel/testing/hostPage.tsx') },
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    jsx: 'automatic',
    loader: { '.svg': 'dataurl', '.ttf': 'dataurl', '.woff': 'dataurl', '.woff2': 'dataurl' },
    define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
    logLevel: 'error',
  });
  const inter = dirname(requireHere.resolve('@fontsource/inter/package.json'));
  // Grafana serves its icons; the package has them too.
  const icons = join(dirname(requireHere.resolve('@grafana/ui/package.json')), 'dist/public');
  const fileOf = (path: string): string | undefined => {
    if (path === '/host.js' || path === '/host.css') {
      return join(folder, path);
    }
    const [icon] = /img\/icons\/[\w/-]+\.svg$/.exec(path) ?? [];
    if (icon !== undefined) {
      return join(icons, icon);
    }
    return /^\/inter\/(\d+\.css|files\/[\w-]+\.woff2?)$/.test(path)
      ? join(inter, path.slice('/inter/'.length))
      : undefined;
  };
  const server = createServer((incoming, outgoing) => {
    const { pathname } = new URL(incoming.url ?? '/', 'http://host');
    const file = fileOf(pathname);
    if (/^\/(api|clew)\//.test(pathname)) {
      forward(storeQuery, incoming, outgoing);
    } else if (pathname === '/') {
      outgoing.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
    } else if (file !== undefined && existsSync(file)) {
      outgoing
        .writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' })
        .end(readFileSync(file));
    } else {
      outgoing.writeHead(404).end();
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function forward(storeQuery: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const [hostname, port] = storeQuery.split(':');
  const { method, headers } = incoming;
  const asked = request({ hostname, port, path: incoming.url, method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  asked.once('error', () => outgoing.destroy());
  outgoing.once('close', () => asked.destroy());
  incoming.pipe(asked);
}
