/** A text, or one that is repeated, so that long lines stay short here. */
export type Text = string | { readonly text: string; readonly times: number };
/** The same for bytes, in hex. */
export type Bytes = string | { readonly hex: string; readonly times: number };

/** One chunk or line: its parts, one behind the other. */
export type Chunk = readonly Bytes[];
export type Line = readonly Text[];

const repeated = (hex: string, times: number): Buffer => Buffer.from(hex.repeat(times), 'hex');

export const bytesOf = (chunk: Chunk): Buffer =>
  Buffer.concat(
    chunk.map((part) => (typeof part === 'string' ? repeated(part, 1) : repeated(part.hex, part.times))),
  );
export const hexOf = (text: string): string => Buffer.from(text).toString('hex');

/** A line with its long runs of one character told as repetitions. */
export function describeLine(line: string): Line {
  const parts: Text[] = [];
  for (const [run, long, short] of line.matchAll(/((.)\2{255,})|((?:(?!(.)\4{255,}).)+)/gsu)) {
    if (long !== undefined && short !== undefined) parts.push({ text: short, times: long.length });
    else parts.push(run);
  }
  return parts;
}
