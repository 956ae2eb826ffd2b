import type { NetworkBytes } from '../../../shared/network/request.ts';
import type { FetchedPicture, Pictures } from '../../core/ports.ts';
import { readPictureFacts } from './picture-format.ts';

/** Twitch's have 300 × 300 pixels and some 20 to 100 kB. */
const MAX_BYTES = 200_000;
const MAX_SIDE = 1_024;
const ACCEPT = 'image/png, image/jpeg';

interface Options {
  download(url: string, accept: string, maxBytes: number): Promise<NetworkBytes>;
  /** Decodes a picture and draws it anew, small, as a PNG; null when it can't be decoded. */
  draw(bytes: Uint8Array): Uint8Array | null;
}

/**
 * Gets pictures of people. Only what says of itself that it is a PNG or a JPEG of a sensible size is decoded, and what
 * is kept and shown is never what was received, but what was drawn from it.
 */
export function createPictureFetch({ download, draw }: Options): Pictures['fetch'] {
  return async (url) => {
    const reply = await download(url, ACCEPT, MAX_BYTES);
    if (reply.kind === 'failure')
      return reply.cause === 'body-too-large'
        ? refused('it is too large')
        : { kind: 'unreachable', reason: reply.cause };
    if (reply.status === 429 || reply.status >= 500)
      return { kind: 'unreachable', reason: `status ${reply.status}` };
    if (reply.status !== 200) return refused(`status ${reply.status}`);
    const facts = readPictureFacts(reply.bytes);
    if (facts === null) return refused('it is no PNG or JPEG');
    const sides = [facts.width, facts.height];
    if (sides.some((side) => side < 1 || side > MAX_SIDE))
      return refused(`it has ${sides.join(' × ')} pixels`);
    const bytes = draw(reply.bytes);
    return bytes === null ? refused('it can’t be decoded') : { kind: 'picture', bytes };
  };
}

const refused = (reason: string): FetchedPicture => ({ kind: 'refused', reason });
