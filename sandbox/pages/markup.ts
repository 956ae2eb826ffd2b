/** HTML that is safe to send as it is. */
export interface Markup {
  readonly markup: string;
}

type Substitution = string | number | Markup | readonly Markup[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function render(value: Substitution): string {
  if (typeof value === 'object')
    return [value]
      .flat()
      .map(({ markup }) => markup)
      .join('');
  return String(value).replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
}

/** A template whose substitutions are escaped, unless they hold `Markup` already. */
export function html(parts: TemplateStringsArray, ...substitutions: readonly Substitution[]): Markup {
  const rest = substitutions.map((value, index) => render(value) + (parts[index + 1] ?? ''));
  return { markup: (parts[0] ?? '') + rest.join('') };
}

/** No markup, for a substitution that has nothing to show. */
export const nothing: Markup = html``;
