import { scopeMeaning } from '../../shared/scopes.ts';
import type { Answer } from '../http/answer.ts';
import type { Account } from '../state.ts';
import { html, type Markup, nothing } from './markup.ts';
import { pageAnswer } from './page.ts';

/** What the consent page shows. */
export interface ConsentView {
  /** One-time proof that the form came from this page. */
  readonly ticket: string;
  readonly clientName: string;
  readonly scopes: readonly string[];
  readonly accounts: readonly Account[];
  /** The account ID that is chosen at first: the one used last in this browser. */
  readonly chosen: string | undefined;
  /** The code to compare with the program's window; device flow only. */
  readonly userCode?: string;
  /** The origin a finished consent leads to; code flow only. */
  readonly redirectOrigin?: string;
}

const personRow = (account: Account, checked: boolean): Markup => html`<div class="person">
<input type="radio" name="account" id="account-${account.id}" value="${account.id}" required
 aria-describedby="role-${account.id}" ${checked ? html`checked` : nothing}>
<label for="account-${account.id}">${account.login}</label>
<span id="role-${account.id}">${account.role}</span>
</div>`;

const scopeList = (scopes: readonly string[]): Markup => {
  if (scopes.length === 0) return html`<p class="lead">Nothing beyond knowing who you are.</p>`;
  const rows = scopes.map(
    (scope) => html`<li><span>${scopeMeaning(scope)}</span><code>${scope}</code></li>\n`,
  );
  return html`<ul class="scopes" aria-labelledby="wants">${rows}</ul>`;
};

/** The code in groups of four, as the program shows it; no space between them, so it is copied whole. */
const compareCode = (code: string): Markup => html`<p class="lead compare">
<span>Go on only if the program shows the same code:</span>
<span class="code">${(code.match(/.{1,4}/g) ?? []).map((group) => html`<span>${group}</span>`)}</span></p>`;

/** Asks a person which account an application may use, and whether it may. */
export function consentPage(view: ConsentView): Answer {
  const known = view.accounts.some(({ id }) => id === view.chosen);
  const chosen = known ? view.chosen : view.accounts[0]?.id;
  const content = html`<h1>${view.clientName} asks for access</h1>
${view.userCode === undefined ? html`<p class="lead">Choose whose account it is to use.</p>` : compareCode(view.userCode)}
<form method="post" action="/consent">
<input type="hidden" name="ticket" value="${view.ticket}">
<fieldset>
<legend>Account</legend>
<div class="people">
${view.accounts.map((account) => personRow(account, account.id === chosen))}
</div>
</fieldset>
<h2 id="wants">It will be able to</h2>
${scopeList(view.scopes)}
<div class="buttons">
<button type="submit" name="decision" value="cancel" formnovalidate>Cancel</button>
<button type="submit" name="decision" value="authorize" class="main">Authorize</button>
</div>
</form>`;
  const target = view.redirectOrigin === undefined ? {} : { redirectOrigin: view.redirectOrigin };
  return pageAnswer({ title: `Authorize ${view.clientName}`, content, ...target });
}

/** The form for a device code typed by hand; `wrong` when no program waits with the one typed last (400). */
export function codeEntryPage(wrong: boolean): Answer {
  const content = html`<h1>Connect a program</h1>
<p class="lead">Type the code that the program shows.</p>
${wrong ? html`<p class="wrong" role="alert">No program waits with this code. It may have expired.</p>` : nothing}
<form method="get" action="/activate">
<label for="device-code">Code</label>
<input class="typed" type="text" id="device-code" name="device-code" required autofocus
 autocomplete="off" spellcheck="false" maxlength="20">
<div class="buttons alone"><button type="submit" class="main">Continue</button></div>
</form>`;
  return pageAnswer({ title: 'Connect a program', status: wrong ? 400 : 200, content });
}
