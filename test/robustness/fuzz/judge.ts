/** Judges what the vault said on a connection; every text is a finding. */
import type { WireMethod } from '../../../shared/protocol.ts';
import { LIMITS } from '../../../shared/protocol.ts';
import { MARKER } from '../../support/fake-twitch-state.ts';
import { ALICE, BOB } from '../../support/people.ts';
import type { Connection, Role } from './connection.ts';
import { type FuzzFixture, SECRET_LOGINS } from './fuzz-fixture.ts';
import { type Request, understand } from './reference.ts';
import { RESULTS, SAID, type Said } from './shapes.ts';

/** Methods that may have to wait for a person or for Twitch. */
const MAY_WAIT = /^(pair|get\w*Token\w*|refresh\w+)$/;

/**
 * `over`: nobody can be waiting any more, so nothing may be unanswered. `reached` gets what was said to
 * whom, so that a fuzzer that never gets anywhere is found out.
 */
export function judge(
  connection: Connection,
  fixture: FuzzFixture,
  over: boolean,
  reached: Set<string>,
): string[] {
  const { peer, hungUp } = connection;
  const { requests, bad, fatal } = understand(Buffer.concat(connection.sent));
  const findings = [...peer.faults];
  const count = new Map<string, number>();
  let role: Role | null = null;
  for (const line of peer.said) {
    const said = read(line, findings);
    if (said === null) continue;
    const key = 'id' in said ? JSON.stringify(said.id) : 'event';
    count.set(key, (count.get(key) ?? 0) + 1);
    const asked = requests.filter(({ id }) => id === key);
    const fits = methodsThatFit(said, asked);
    if (role === null && fits.includes('authenticate') && connection.proved !== null)
      role = connection.proved;
    reached.add(`${role ?? 'unauthenticated'} ${nameOf(said, fits)}`);
    findings.push(...wrongAnswer(said, asked, fits, role), ...secrets(line, said, role, fixture));
  }
  if (fatal !== null && !peer.closed && !hungUp) findings.push(`${fatal}, and the connection goes on`);
  return [...findings, ...miscounted(count, requests, bad + (fatal === null ? 0 : 1), connection, over)];
}

function read(line: string, findings: string[]): Said | null {
  if (Buffer.byteLength(line) >= LIMITS.lineBytes)
    findings.push(`a line of ${Buffer.byteLength(line)} bytes`);
  try {
    return SAID.parse(JSON.parse(line));
  } catch (error) {
    findings.push(`said no message of the protocol: ${line.slice(0, 300)} (${String(error).slice(0, 300)})`);
    return null;
  }
}

function methodsThatFit(said: Said, asked: Request[]): string[] {
  if (!('result' in said)) return [];
  const shapeOf = (method: string) => (Object.hasOwn(RESULTS, method) ? RESULTS[method as WireMethod] : null);
  return asked
    .filter(({ method }) => shapeOf(method)?.safeParse(said.result).success)
    .map(({ method }) => method);
}

function nameOf(said: Said, fits: string[]): string {
  if ('params' in said) return 'event';
  if ('error' in said) return `${said.error.code} ${said.error.data.code}`;
  return fits[0] ?? 'odd';
}

function wrongAnswer(said: Said, asked: Request[], fits: string[], role: Role | null): string[] {
  if ('params' in said) return role === null ? ['an event for somebody who proved nothing'] : [];
  if (said.id !== null && asked.length === 0) return [`an answer to nothing: ${JSON.stringify(said.id)}`];
  if ('error' in said) return said.error.data.code === 'internal' ? ['something broke inside: internal'] : [];
  if (fits.length === 0)
    return [`an odd result for ${asked.map(({ method }) => method)}: ${JSON.stringify(said)}`];
  if (fits.includes('pair')) return ['paired without the streamer'];
  return role === null && !fits.includes('hello') ? [`${fits} answered somebody who proved nothing`] : [];
}

/** Tokens go to bots that may have them, in the one place for them; all else secret goes nowhere. */
function secrets(
  line: string,
  said: Said,
  role: Role | null,
  { friend, guest, innocentKeys, twitch }: FuzzFixture,
): string[] {
  const found: string[] = [];
  if ([friend, guest, innocentKeys].some(({ key }) => line.includes(key)))
    found.push('a pairing key was said');
  if (line.includes(innocentKeys.keyId)) found.push('the key ID of another bot was said');
  if (role !== 'friend' && line.includes(SECRET_LOGINS[ALICE])) found.push('alice was told of');
  if (line.includes(SECRET_LOGINS[BOB])) found.push('bob was told of');
  const token = 'result' in said ? (Reflect.get(Object(said.result), 'accessToken') as unknown) : undefined;
  const mayHave =
    typeof token === 'string' &&
    role === 'friend' &&
    (twitch.state.access.get(token)?.userId === ALICE || token.startsWith(`${MARKER}app`));
  const rest = mayHave ? line.replace(token, '') : line;
  if (rest.includes(MARKER)) found.push(`a secret was said: ${rest.slice(0, 300)}`);
  return found;
}

function miscounted(
  count: Map<string, number>,
  requests: Request[],
  bad: number,
  { peer, hungUp }: Connection,
  over: boolean,
): string[] {
  const ended = peer.closed || hungUp;
  const wanted = new Map<string, Request[]>();
  for (const request of requests) wanted.set(request.id, [...(wanted.get(request.id) ?? []), request]);
  const findings = [...wanted].flatMap(([id, asked]) => {
    const got = count.get(id) ?? 0;
    if (got > asked.length) return [`${id} was answered ${got} times, asked ${asked.length} times`];
    const waits = !over && asked.some(({ method }) => MAY_WAIT.test(method));
    return got < asked.length && !ended && !waits ? [`${id} (${asked[0]?.method}) was never answered`] : [];
  });
  const refused = count.get('null') ?? 0;
  if (refused > bad || (refused < bad && !ended)) findings.push(`${bad} bad lines, ${refused} were refused`);
  return findings;
}
