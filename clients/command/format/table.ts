import type { Paint, Tone } from './colours.ts';

/** One field of a table. */
export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
}

const GAP = '  ';

/** How wide the widest line of a table is, in characters. */
export function tableWidth(head: readonly string[], rows: readonly (readonly Cell[])[]): number {
  return widths(head, rows).reduce((sum, width) => sum + width, 0) + GAP.length * (head.length - 1);
}

/** A head and rows, in columns as wide as their widest field. Each line ends in a line break. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], paint: Paint): string {
  const wide = widths(head, rows);
  const line = (cells: readonly Cell[]): string =>
    cells
      .map(({ text, tone }, column) => {
        const last = column === cells.length - 1;
        const room = ' '.repeat(last ? 0 : (wide[column] ?? 0) - length(text));
        return (tone ? paint(tone, text) : text) + room;
      })
      .join(GAP);
  const titles = head.map((text): Cell => ({ text, tone: 'quiet' }));
  return [titles, ...rows].map((cells) => `${line(cells)}\n`).join('');
}

function widths(head: readonly string[], rows: readonly (readonly Cell[])[]): number[] {
  return head.map((title, column) =>
    Math.max(length(title), ...rows.map((row) => length(row[column]?.text ?? ''))),
  );
}

/** Characters as people count them. */
const length = (text: string): number => [...text].length;
