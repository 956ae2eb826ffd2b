import type { Answer } from '../http/answer.ts';

/** Where the pages' stylesheet lies. */
export const STYLE_PATH = '/style.css';

/** The pages' stylesheet: light and dark by the system's choice, nothing fetched from elsewhere. */
const STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f3f5f4, #101514);
  --card: light-dark(#ffffff, #19201f);
  --line: light-dark(#d5dcda, #313c3a);
  --ink: light-dark(#16211f, #e8efed);
  --soft: light-dark(#55635f, #9dada9);
  --accent: light-dark(#0b6e5d, #4fd1b5);
  --on-accent: light-dark(#ffffff, #06231d);
  --tint: light-dark(#e3f3ef, #16322c);
  --thumb: light-dark(#8b9995, #667773);
  --hazard: light-dark(#ffd257, #4a3608);
  --on-hazard: light-dark(#241a00, #ffe2a8);
  --bad: light-dark(#a4262c, #ff8f8f);
}
* { box-sizing: border-box; scrollbar-width: thin; scrollbar-color: var(--thumb) transparent; }
html { scroll-padding-bottom: 84px; }
body {
  margin: 0;
  min-height: 100vh;
  background: var(--ground);
  color: var(--ink);
  font: 15px/1.5 system-ui, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', sans-serif;
}
.banner {
  background: var(--hazard);
  color: var(--on-hazard);
  border-bottom: 3px solid;
  border-image: repeating-linear-gradient(-45deg, #241a00 0 9px, #ffd257 9px 18px) 3;
}
.banner p { margin: 0; padding: 4px 16px; text-align: center; font-size: 13px; }
.card {
  max-width: 500px;
  margin: 32px auto;
  padding: 28px;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 14px;
}
.card > :last-child { margin-bottom: 0; }
label[for='device-code'] { display: block; margin-bottom: 8px; font-weight: 650; }
h1 { margin: 0 0 4px; font-size: 21px; line-height: 1.25; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2, legend { margin: 0 0 6px; padding: 0; font-size: 15px; font-weight: 650; }
.lead { margin: 0 0 16px; color: var(--soft); }
fieldset { margin: 0 0 16px; padding: 0; border: 0; min-width: 0; }
.people { max-height: 210px; overflow-y: auto; border: 1px solid var(--line); border-radius: 10px; }
.person {
  position: relative;
  display: grid;
  grid-template-columns: auto auto 1fr;
  column-gap: 12px;
  align-items: center;
  padding: 4px 12px;
}
.person + .person { border-top: 1px solid var(--line); }
.person:has(:checked) { background: var(--tint); }
.person:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: -3px; }
.person input { position: relative; z-index: 1; width: 16px; height: 16px; margin: 0; accent-color: var(--accent); outline: 0; }
.person label { font-weight: 600; overflow-wrap: anywhere; }
.person label::after { content: ''; position: absolute; inset: 0; cursor: pointer; }
.person span { text-align: right; color: var(--soft); font-size: 14px; line-height: 1.35; overflow-wrap: anywhere; }
.scopes { margin: 0 0 20px; padding: 0 0 0 12px; list-style: none; border-left: 3px solid var(--accent); }
.scopes li { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0 12px; padding: 2px 0; }
code { color: var(--soft); font: 12px/1.4 ui-monospace, 'DejaVu Sans Mono', monospace; overflow-wrap: anywhere; }
.compare { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; }
.code { display: inline-flex; gap: .5em; padding: 2px 10px; border-radius: 6px; background: var(--tint); color: var(--ink);
  font: 650 16px/1.5 ui-monospace, 'DejaVu Sans Mono', monospace; letter-spacing: .1em; user-select: all; }
.buttons { position: sticky; bottom: 0; display: flex; gap: 12px; margin: 0 -28px -28px; padding: 14px 28px;
  border-top: 1px solid var(--line); border-radius: 0 0 13px 13px; background: var(--card); }
button {
  flex: 1;
  min-height: 42px;
  padding: 0 18px;
  border: 1px solid var(--line);
  border-radius: 10px;
  background: transparent;
  color: var(--ink);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
button:hover { background: var(--tint); }
button.main { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
button.main:hover { filter: brightness(1.08); }
button:focus-visible, input:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.typed { display: block; width: 100%; height: 52px; margin: 0 0 18px; padding: 0 14px; border: 1px solid var(--soft);
  border-radius: 10px; background: var(--card); color: var(--ink); font: 600 20px/1 ui-monospace, monospace;
  letter-spacing: .2em; text-transform: uppercase; }
.wrong { margin: 0 0 16px; color: var(--bad); font-weight: 600; }
.seal { display: grid; place-items: center; width: 52px; height: 52px; margin-bottom: 16px; border-radius: 50%;
  background: var(--tint); color: var(--accent); font-size: 28px; font-weight: 700; }
.seal.bad { color: var(--bad); }
a { color: var(--accent); }
dl { margin: 0 0 22px; }
dt { font-weight: 650; }
dd { margin: 0 0 12px; color: var(--soft); overflow-wrap: anywhere; }
.buttons.alone { border-top: 0; padding-top: 0; }
@media (max-width: 540px) {
  .banner span { display: none; }
  .card { max-width: none; margin: 0; border: 0; border-radius: 0; padding: 16px 18px; background: transparent; }
  .buttons { margin: 0 -18px -16px; padding: 12px 18px; border-radius: 0; background: var(--ground); }
}
`;

/** `GET /style.css`. */
export function styleAnswer(): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'no-cache' },
    body: STYLE,
  };
}
