import { LIMITS } from '../../../shared/wire.ts';

/** What a chunk completed. */
export type Framed = { kind: 'lines'; lines: string[] } | { kind: 'too-large' } | { kind: 'not-utf8' };

/**
 * Cuts a stream of bytes into lines of at most 64 KiB, newline included. After `too-large` or
 * `not-utf8` the stream is beyond repair and must be closed.
 */
export function createFramer(): (chunk: Uint8Array) => Framed {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;

  const takeLine = (tail: Uint8Array): string => {
    const bytes = Buffer.concat([...pending, tail]);
    pending = [];
    pendingBytes = 0;
    return decoder.decode(bytes);
  };

  return (chunk) => {
    const lines: string[] = [];
    let start = 0;
    try {
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        if (pendingBytes + end + 1 - start > LIMITS.lineBytes) return { kind: 'too-large' };
        lines.push(takeLine(chunk.subarray(start, end)));
        start = end + 1;
      }
    } catch {
      return { kind: 'not-utf8' }; // the decoder is fatal: the bytes are no UTF-8
    }
    const rest = chunk.subarray(start);
    if (pendingBytes + rest.length >= LIMITS.lineBytes) return { kind: 'too-large' };
    if (rest.length > 0) {
      pending.push(Uint8Array.from(rest));
      pendingBytes += rest.length;
    }
    return { kind: 'lines', lines };
  };
}
