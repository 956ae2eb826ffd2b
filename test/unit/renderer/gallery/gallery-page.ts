import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { csp } from '../../../../electron/policy/csp.ts';
import { pageFaults } from '../../../support/page-faults.ts';

/** Window sizes pictures are shown at. */
export const SIZES = {
  small: { width: 380, height: 700 },
  min: { width: 640, height: 560 },
  default: { width: 1280, height: 800 },
  large: { width: 1600, height: 1000 },
  approval: { width: 480, height: 640 },
  signIn: { width: 520, height: 720 },
} as const;

/** One picture: a page, its state, what is done before, and at which sizes. */
export interface Picture {
  name: string;
  page: string;
  state: unknown;
  sizes: (keyof typeof SIZES)[];
  steps?: (page: Page) => Promise<void>;
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
};

/** Serves the built pages as the main process does: strict CSP, a new nonce for each page. */
export async function servePages(folder: string): Promise<{ origin: string; close: () => void }> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const nonce = randomBytes(16).toString('base64');
    try {
      const body = await readFile(join(folder, path));
      const type = TYPES[extname(path)] ?? 'application/octet-stream';
      response.writeHead(200, { 'content-type': type, 'content-security-policy': csp(nonce) });
      response.end(path.endsWith('.html') ? body.toString().replace('__CASTKEY_NONCE__', nonce) : body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { origin: `http://127.0.0.1:${address.port}`, close: () => server.close() };
}

/** Runs in the page before its own script: an API that always says yes and shows one state. */
function fakePreloadApi(state: unknown): void {
  const breaches: string[] = [];
  document.addEventListener('securitypolicyviolation', (event) => {
    breaches.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
  });
  const castkey = new Proxy(
    {},
    {
      get: (_target, name) => {
        if (name === 'onState') return () => () => undefined;
        if (name === 'activity.search' || name === 'account.similarIntents')
          return async () => ({ ok: true, value: [] });
        return async () => ({ ok: true, value: String(name).endsWith('.read') ? state : undefined });
      },
    },
  );
  Object.assign(globalThis, { castkey, breaches });
}

/** Shows a picture with its state and does its steps. */
export async function openPicture(page: Page, origin: string, picture: Picture): Promise<void> {
  page.on('pageerror', (error) => console.log(`${picture.name}: ${error.message}`));
  await page.addInitScript(fakePreloadApi, picture.state);
  await page.goto(`${origin}/${picture.page}`);
  await page.getByRole('main').waitFor();
  await page.evaluate(() => document.fonts.ready);
  await picture.steps?.(page);
  await page.waitForTimeout(150);
}

const axeSource = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
type AxeResult = { violations: { id: string; nodes: { target: unknown; failureSummary?: string }[] }[] };

/** What is wrong with the page as it stands: accessibility, breaches of the CSP, sideways scrolling. */
export async function audit(page: Page): Promise<string[]> {
  const breaches = (await page.evaluate('breaches')) as string[];
  const sideways = await page.evaluate(
    () =>
      document.documentElement.scrollWidth > window.innerWidth ||
      (document.querySelector('main')?.scrollWidth ?? 0) > (document.querySelector('main')?.clientWidth ?? 0),
  );
  // Playwright evaluates in the page past its CSP, as the tools of a developer do.
  await page.evaluate(await readFile(axeSource, 'utf8'));
  const axe = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResult;
  const violations = axe.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `axe ${id} at ${String(node.target)}: ${node.failureSummary ?? ''}`),
  );
  return [
    ...breaches.map((text) => `CSP ${text}`),
    ...(sideways ? ['scrolls sideways'] : []),
    ...(await page.evaluate(pageFaults)),
    ...violations,
  ];
}
