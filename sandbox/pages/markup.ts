/** HTML that is safe to send as it is. */
export interface Markup {
  readonly markup: string;
}

type Hole = string | number | Markup | readonly Markup[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function fill(hole: Hole): string {
  if (typeof hole === 'object')
    return [hole]
      .flat()
      .map(({ markup }) => markup)
      .join('');
  return String(hole).replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
}

/** A template whose holes are escaped, unless they hold `Markup` already. */
export function html(parts: TemplateStringsArray, ...holes: readonly Hole[]): Markup {
  const rest = holes.map((hole, index) => fill(hole) + (parts[index + 1] ?? ''));
  return { markup: (parts[0] ?? '') + rest.join('') };
}

/** Nothing at all. */
export const nothing: Markup = html``;
