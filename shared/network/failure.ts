/** Why a connection could not be had; nothing of a request has left this computer yet. */
export class Unreached extends Error {
  /**
   * @param why A code, or a few words where it is known what to blame. Never anything of the request.
   * @param advice What to do about it, a sentence; empty where the code says all that is known.
   */
  constructor(
    readonly why: string,
    readonly advice = '',
  ) {
    super(why);
  }
}

/** Only a code: an error's message can quote the URL. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'timeout';
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_/]{1,60}$/.test(code) ? code : 'unknown';
}

/** A name that somebody else chose, fit for a sentence. */
export function quotedName(name: string): string {
  const plain = name.replaceAll(/[^\p{L}\p{N}\p{P} ]/gu, '').replaceAll(/["“”]/g, '');
  return `“${plain.slice(0, 60).trim() || 'no name'}”`;
}
