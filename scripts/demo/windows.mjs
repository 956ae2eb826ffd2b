/** Titles by which the vault's windows are known. */
export const TITLES = {
  main: 'Castkey',
  approval: 'Castkey: allow a bot',
  signIn: 'Castkey: sign in with Twitch',
};

const WAIT_MS = 20_000;
const ANSWER_MS = 1_000;

/** The window whose title is exactly this, waited for. */
export const findWindow = (app, title) =>
  findPage(app, async (page) => (await page.title()) === title, `window titled "${title}"`);

/** Twitch's own page inside the sign-in window, waited for. */
export const findTwitchPage = (app, url) =>
  findPage(app, async (page) => page.url().startsWith(url), 'page of Twitch');

/** Windows open at any time, so each new one is looked at as well as those already there. */
async function findPage(app, matches, what) {
  const deadline = Date.now() + WAIT_MS;
  while (Date.now() < deadline) {
    for (const page of app.windows()) {
      if (!page.isClosed() && (await inTime(matches(page)))) return page;
    }
    await app.waitForEvent('window', { timeout: 250 }).catch(() => undefined);
  }
  throw new Error(`No ${what} appeared within ${WAIT_MS / 1000} seconds.`);
}

/** A window that closes while it is asked never answers; that counts as no. */
async function inTime(answer) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ANSWER_MS, false);
  });
  const said = await Promise.race([answer.catch(() => false), late]);
  clearTimeout(timer);
  return said;
}

/** Presses the button that closes a window. The click may fail, its window being gone before it returns. */
export async function pressToClose(page, button) {
  const gone = page.waitForEvent('close', { timeout: WAIT_MS });
  await press(page, button).catch((error) => {
    if (!error.message.includes('has been closed')) throw error;
  });
  await gone;
}

/** Presses a button by its name. */
export const press = (page, name) =>
  page.getByRole('button', { name, exact: true }).first().click({ timeout: WAIT_MS });
