/** What `castkey doctor` looks at: a vault with which all is well, and a web that tells the right time. */
import { chmod } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Io } from '../../clients/command/io.ts';
import { run } from '../../clients/command/run.ts';
import { VERSION } from '../../clients/javascript/src/version.ts';
import type { NetworkReply } from '../../shared/network/request.ts';
import type { ClientFixture } from './client-fixture.ts';
import { NOW } from './scripted-vault-fixture.ts';
import { ann, openTerminalFixture, terminal } from './terminal-fixture.ts';

interface Finding {
  readonly check: string;
  readonly state: string;
  readonly what: string;
  readonly advice?: string;
}
/** What Twitch's host answers; `trusted` are the files of certificate authorities it is asked with. */
export type Web = (
  url: URL,
  headers: Headers,
  trusted?: readonly string[],
) => Response | NetworkReply | Promise<Response | NetworkReply>;

export const server = { name: 'castkey', version: VERSION };
export const vault = { protection: 'os', backend: 'kwallet6', app: 'public', twitch: 'real' };
/** Twitch at a time, which takes every token and none for an answer. */
export const twitchAt =
  (ms: number): Web =>
  (_, headers) => {
    const status = headers.has('authorization') ? 200 : 401;
    return Response.json({ status }, { status, headers: { date: new Date(ms).toUTCString() } });
  };

/** What the doctor found: a finding by its check, and all of them. */
type Examination = ((check: string) => Finding | undefined) & {
  all: Finding[];
  ok: boolean;
};
/** A bot's fixture, and the doctor for it. */
export interface DoctorFixture {
  fixture: ClientFixture;
  examine(options?: { web?: Web; args?: string[]; pair?: boolean }): Promise<Examination>;
}

/** Each examination pairs the bot first, unless told not to. */
export async function openDoctorFixture(): Promise<DoctorFixture> {
  const { fixture } = await openTerminalFixture();
  fixture.vault.on('status', () => ({
    server,
    locked: false,
    vault,
    users: [{ ...ann, expiresAt: null, state: 'ok' }],
  }));
  await chmod(fixture.vault.path, 0o600);
  return { fixture, examine: (options) => examine(fixture, options) };
}

async function examine(
  fixture: ClientFixture,
  options: Parameters<DoctorFixture['examine']>[0] = {},
): Promise<Examination> {
  if (options.pair !== false) await run(['pair'], terminal(fixture));
  const web = options.web ?? twitchAt(NOW);
  const visit: Io['visit'] = async (url, how) =>
    asReply(await web(new URL(url), new Headers(how?.headers), how?.trusted));
  const io = terminal(fixture, { visit });
  const code = await run(['doctor', '--json', ...(options.args ?? [])], io);
  const { ok, findings } = JSON.parse(io.printed.out) as { ok: boolean; findings: Finding[] };
  expect(code).toBe(ok ? 0 : 1);
  expect(ok).toBe(findings.every(({ state }) => state !== 'bad'));
  for (const { state, advice } of findings) expect(state === 'ok' || advice).toBeTruthy();
  const find = (check: string) => findings.find((finding) => finding.check === check);
  return Object.assign(find, { all: findings, ok });
}

async function asReply(answer: Response | NetworkReply): Promise<NetworkReply> {
  if (!(answer instanceof Response)) return answer;
  const { status, headers } = answer;
  return { kind: 'answer', status, header: (name) => headers.get(name), body: await answer.text() };
}
