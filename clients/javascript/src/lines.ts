const NEWLINE = 0x0a;

/** What is wrong with the bytes that came; the stream can't be trusted afterwards. */
export type LineProblem = 'too-long' | 'not-utf8';

/**
 * Cuts a byte stream into lines. Holds at most `limit` bytes, however the other side sends them.
 *
 * @param limit Bytes of a line, its newline included.
 * @returns Takes the next bytes; tells what is wrong with them, if anything.
 */
export function lineReader(
  limit: number,
  onLine: (line: string) => void,
): (chunk: Buffer) => LineProblem | undefined {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let held: Buffer[] = [];
  let heldBytes = 0;

  const takeLine = (end: Buffer): LineProblem | undefined => {
    const bytes = heldBytes === 0 ? end : Buffer.concat([...held, end]);
    held = [];
    heldBytes = 0;
    let line: string;
    try {
      line = decoder.decode(bytes);
    } catch {
      return 'not-utf8';
    }
    onLine(line);
    return undefined;
  };

  return (chunk) => {
    let start = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, start)) {
      if (heldBytes + at - start + 1 > limit) return 'too-long';
      const problem = takeLine(chunk.subarray(start, at));
      if (problem) return problem;
      start = at + 1;
    }
    const rest = chunk.subarray(start);
    if (heldBytes + rest.length >= limit) return 'too-long';
    if (rest.length > 0) {
      held.push(rest);
      heldBytes += rest.length;
    }
    return undefined;
  };
}
