import type { PeerDoubt } from '../../shared/views.ts';

/**
 * Why the program, its path and its script may not be what they seem, each as a sentence about the program that is
 * told of. Worst first.
 */
const SENTENCES: readonly (readonly [PeerDoubt, string])[] = [
  ['elsewhere', 'It gave its connection away: another program speaks through it.'],
  [
    'other-namespace',
    'It runs in a container or sandbox, as Flatpak, Snap and Docker make them. Its path may lead to another file than yours.',
  ],
  ['other-file', 'The file at its path isn’t the one that runs, or Castkey can’t see it.'],
  [
    'late',
    'Castkey was held up when it connected, and couldn’t look in time. Another program may have connected in its place.',
  ],
  [
    'replaceable',
    'It was started in an unusual way: if another program takes its place, Castkey may not notice.',
  ],
  ['inherited', 'Another program may have connected, and then started this one in its place.'],
];

/** The sentences for these doubts. One that only a newer Castkey knows is left out. */
export function doubtSentences(doubts: readonly PeerDoubt[]): string[] {
  return SENTENCES.filter(([doubt]) => doubts.includes(doubt)).map(([, sentence]) => sentence);
}
