import { LIMITS } from '../../../shared/protocol.ts';

/** What a chunk completed. */
export type Framed = { kind: 'lines'; lines: string[] } | { kind: 'too-large' } | { kind: 'not-utf8' };

/**
 * Cuts a stream of bytes into lines of at most 64 KiB, newline included. After `too-large` or
 * `not-utf8` the stream is beyond repair and must be closed.
 */
export function createFramer(): (chunk: Uint8Array) => Framed {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  /** One piece that grows: a peer that sends byte by byte must not cost an object for each byte. */
  let held = NOTHING;
  let heldBytes = 0;

  const hold = (bytes: Uint8Array): void => {
    if (heldBytes + bytes.length > held.length) {
      const grown = Buffer.alloc(Math.min(LIMITS.lineBytes, 2 * (heldBytes + bytes.length)));
      grown.set(held.subarray(0, heldBytes));
      held = grown;
    }
    held.set(bytes, heldBytes);
    heldBytes += bytes.length;
  };
  const takeLine = (tail: Uint8Array): string => {
    if (heldBytes === 0) return decoder.decode(tail);
    hold(tail);
    const line = held.subarray(0, heldBytes);
    held = NOTHING;
    heldBytes = 0;
    return decoder.decode(line);
  };

  return (chunk) => {
    const lines: string[] = [];
    let start = 0;
    try {
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        if (heldBytes + end + 1 - start > LIMITS.lineBytes) return { kind: 'too-large' };
        lines.push(takeLine(chunk.subarray(start, end)));
        start = end + 1;
      }
    } catch {
      return { kind: 'not-utf8' }; // the decoder is fatal: the bytes are no UTF-8
    }
    const rest = chunk.subarray(start);
    if (heldBytes + rest.length >= LIMITS.lineBytes) return { kind: 'too-large' };
    if (rest.length > 0) hold(rest);
    return { kind: 'lines', lines };
  };
}

const NOTHING: Uint8Array = new Uint8Array(0);
