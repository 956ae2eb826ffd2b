import { SANDBOX_CONFIDENTIAL_CLIENT, SANDBOX_PUBLIC_CLIENT } from '../clients.ts';
import type { Answer } from '../http/answer.ts';
import { html, type Markup } from './markup.ts';
import { STYLE_PATH } from './page-style.ts';

/** The words that stand on every page, so that nobody takes it for Twitch. */
const NOT_TWITCH = 'Not Twitch – Castkey’s sandbox';

/** What is on a page inside the frame that all share. */
export interface Page {
  readonly title: string;
  readonly content: Markup;
  readonly status?: number;
  /** Where a posted form may lead besides the sandbox: Chrome holds `form-action` against redirects too. */
  readonly redirectOrigin?: string;
}

const layout = ({ title, content }: Page): Markup => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${NOT_TWITCH}</title>
<link rel="stylesheet" href="${STYLE_PATH}">
</head>
<body>
<header class="banner">
<p><strong>${NOT_TWITCH}</strong> <span>Nothing here reaches a real account.</span></p>
</header>
<main class="card">
${content}
</main>
</body>
</html>
`;

/**
 * The page as an answer. No script runs, no frame may hold it (a framed consent page could be clicked
 * unseen), and only its own stylesheet loads. `same-origin` rather than `no-referrer`: with the latter
 * browsers send `Origin: null` with the form, and the form's origin is checked.
 */
export function pageAnswer(page: Page): Answer {
  const formTargets = ["'self'", page.redirectOrigin].filter(Boolean).join(' ');
  return {
    status: page.status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy':
        `default-src 'none'; style-src 'self'; form-action ${formTargets}; ` +
        "frame-ancestors 'none'; base-uri 'none'",
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    },
    body: layout(page).markup,
  };
}

/** A page that says one thing: how something ended, or why it can't be done. */
export function messagePage(tone: 'good' | 'bad', title: string, text: string, status = 200): Answer {
  const content = html`<div class="seal ${tone}" aria-hidden="true">${tone === 'good' ? '✓' : '×'}</div>
<h1>${title}</h1>
<p class="lead">${text}</p>`;
  return pageAnswer({ title, status, content });
}

/** `GET /`: where somebody lands who opens the URL that was printed. */
export function homePage(): Answer {
  const content = html`<h1>A stand-in for Twitch</h1>
<p class="lead">Programs can rehearse here: sign in, refresh, lose a token, hit a limit.</p>
<dl>
<dt>Application without a secret</dt><dd><code>${SANDBOX_PUBLIC_CLIENT.clientId}</code></dd>
<dt>Application with a secret</dt><dd><code>${SANDBOX_CONFIDENTIAL_CLIENT.clientId}</code><br>
secret <code>${SANDBOX_CONFIDENTIAL_CLIENT.clientSecret}</code></dd>
<dt>Your own</dt><dd>Any client ID registers itself when it is first used.</dd>
</dl>
<p><a href="/activate">Type a device code</a></p>`;
  return pageAnswer({ title: 'A stand-in for Twitch', content });
}
