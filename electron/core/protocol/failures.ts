/** What a program that speaks the protocol did wrong, or can't have just now; the others are in result.ts. */
import { failed } from '../result.ts';

/** Before a request is understood, then the handshake, then limits; each is said to the program, never to a person. */
export const notJson = () => failed('bad-request', 'That line is no JSON.');
export const notJsonRpc = () => failed('bad-request', 'That is no JSON-RPC 2.0 request.');
export const unknownMethod = () => failed('bad-request', 'There is no such method.');
export const requestIdInUse = () => failed('bad-request', 'That id is in use.');
export const notUtf8 = () => failed('bad-request', 'Lines are UTF-8.');
export const badNonce = () => failed('bad-request', 'A nonce has 16 to 64 bytes.');
export const helloRepeated = () => failed('bad-request', 'hello comes once, first.');
export const helloMissing = (method: 'authenticate' | 'pair') =>
  failed('bad-request', `${method} comes after hello.`);
export const connectionsFull = (max: number) =>
  failed('busy', `Castkey serves ${max} connections; all are taken.`);
export const unsupportedProtocol = (spoken: number) =>
  failed('unsupported-protocol', `This Castkey speaks protocol ${spoken}.`);
export const keyUnknown = () => failed('not-paired', 'Castkey doesn’t know this key; pair first.');
export const notAuthenticated = () => failed('not-paired', 'First hello, then authenticate or pair.');
export const badProof = () => failed('bad-proof', 'The proof is wrong.');
export const connectionsTaken = (max: number) => failed('busy', `A bot may hold ${max} connections.`);
export const requestsTaken = () => failed('busy', 'Too many requests wait on this connection.');
export const connectionEvicted = () =>
  failed('busy', 'Castkey needs this connection’s place for somebody else.');
export const connectionGone = () => failed('internal', 'The connection is gone.');
export const sentTooFast = (retryAfterMs: number) =>
  failed('rate-limited', 'This bot sent far more than Castkey takes; it is refused for a while.', {
    retryAfterMs,
  });
export const lineTooLong = () => failed('too-large', 'A line has 64 KiB at most.');
export const answerTooLong = () =>
  failed(
    'too-large',
    'The answer is longer than the 64 KiB of a line: this bot may see more accounts than fit.',
  );
