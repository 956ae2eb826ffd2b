const WIDTH = 110;

/** JSON with one vector a line where it fits, so that a change shows as the line it changes. */
export function print(value: unknown, indent = ''): string {
  const short = JSON.stringify(value);
  if (indent !== '' && short.length + indent.length <= WIDTH) return short;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((member) => inner + print(member, inner)).join(',\n')}\n${indent}]`;
  }
  if (typeof value !== 'object' || value === null) return short;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const rows = fields.map(([name, field]) => `${inner}${JSON.stringify(name)}: ${print(field, inner)}`);
  return `{\n${rows.join(',\n')}\n${indent}}`;
}
