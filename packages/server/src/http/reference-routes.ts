import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { openApiDocument, OPERATIONS } from '@face-comparison/contract';
import type { WebPage } from './web-page.js';

/** The explorer needs inline styles and its own images; scripts come from here only, and nothing from elsewhere. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

const EXPLORER_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Face comparison: API</title>
    <link rel="stylesheet" href="docs/assets/swagger-ui.css">
    <link rel="icon" type="image/png" href="docs/assets/favicon-32x32.png">
  </head>
  <body>
    <div id="explorer"></div>
    <script src="docs/assets/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

const EXPLORER_SCRIPT = `window.SwaggerUIBundle({ url: 'openapi.json', dom_id: '#explorer', deepLinking: true, validatorUrl: null });
`;

const HOME_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Face comparison</title>
    <style>
      :root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5; }
      main { max-width: 40rem; margin: 3rem auto; padding: 0 1rem; }
      code { font-size: 0.95em; }
    </style>
  </head>
  <body>
    <main>
      <h1>Face comparison</h1>
      <p>The service is running. <code>POST /face_comparison</code> finds the faces of a photo and makes their vectors,
        <code>POST /compare</code> compares two photos.</p>
      <ul>
        <li><a href="docs">API explorer</a></li>
        <li><a href="openapi.json">OpenAPI document</a></li>
        <li><a href="v2/health/ready">Is it ready?</a></li>
      </ul>
    </main>
  </body>
</html>
`;

/** The OpenAPI document. */
export function registerDocument(app: FastifyInstance): void {
  const document = JSON.stringify(openApiDocument());
  app.get(OPERATIONS.openApi.path, { config: { operation: 'openApi' } }, (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(document),
  );
}

/**
 * The explorer of the OpenAPI document, and the page at /. All of it works without the internet.
 * @param webPage a plain page with links stands in for it when there is none
 */
export async function registerPages(app: FastifyInstance, webPage: WebPage | undefined): Promise<void> {
  const page = (reply: FastifyReply, html: string): FastifyReply =>
    reply
      .headers({ 'Content-Security-Policy': CONTENT_SECURITY_POLICY, 'Referrer-Policy': 'no-referrer' })
      .header('Cache-Control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(html);
  if (webPage === undefined) app.get('/', (_request, reply) => page(reply, HOME_PAGE));
  else webPage.register(app);
  app.get('/docs', (_request, reply) => page(reply, EXPLORER_PAGE));
  app.get('/docs/start.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(EXPLORER_SCRIPT));
  const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  await app.register(fastifyStatic, {
    root: assets,
    prefix: '/docs/assets/',
    decorateReply: false,
    maxAge: '1d',
    allowedPath: (path) => ['/swagger-ui.css', '/swagger-ui-bundle.js', '/favicon-32x32.png'].includes(path),
  });
}
