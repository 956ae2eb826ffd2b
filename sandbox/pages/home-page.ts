import { SANDBOX_CONFIDENTIAL_CLIENT, SANDBOX_PUBLIC_CLIENT } from '../clients.ts';
import type { Answer } from '../http/answer.ts';
import { html } from './markup.ts';
import { pageAnswer } from './page.ts';

/** `GET /`: where somebody lands who opens the URL that was printed. */
export function homeEndpoint(): Answer {
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
