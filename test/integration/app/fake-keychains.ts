/** Keychains on a session bus of a test's own, which do what they are told. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dbus, { type Message } from 'dbus-next';

const PROMPT = '/org/freedesktop/secrets/prompt/p1';
const COLLECTION = '/org/freedesktop/secrets/collection/login';

/** How a keychain is, and what the person does at its prompt. */
export interface FakeKeychain {
  locked: boolean;
  /** Whether there is a default collection at all. */
  made: boolean;
  /** Null: the prompt is left open. */
  answer: 'yes' | 'no' | null;
  /** Of KWallet: switched off in KDE's settings. */
  disabled: boolean;
  /** Answers nothing at all. */
  hangs: boolean;
  /** The methods it was called by. */
  readonly called: string[];
  leave(): void;
}

export interface OwnBus {
  readonly env: { DBUS_SESSION_BUS_ADDRESS: string };
  /** Somebody owns this name from now on. */
  join(name: string): Promise<FakeKeychain>;
  close(): Promise<void>;
}

/** The usual one would start the keychains that are installed here. */
const configOf = (address: string): string => `<busconfig>
  <type>session</type><listen>${address}</listen><auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>`;

export async function openOwnBus(): Promise<OwnBus> {
  const folder = mkdtempSync(join(tmpdir(), 'ck-'));
  const address = `unix:path=${join(folder, 'bus')}`;
  const config = join(folder, 'bus.conf');
  writeFileSync(config, configOf(address));
  const args = [`--config-file=${config}`, '--nofork', '--print-address=1'];
  const daemon = spawn('dbus-daemon', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(daemon.stdout, 'data');
  const leave: (() => void)[] = [];
  return {
    env: { DBUS_SESSION_BUS_ADDRESS: address },
    async join(name) {
      const keychain = await joinBus(address, name);
      leave.push(keychain.leave);
      return keychain;
    },
    async close() {
      for (const one of leave) one();
      const gone = once(daemon, 'exit');
      daemon.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true });
    },
  };
}

async function joinBus(address: string, name: string): Promise<FakeKeychain> {
  const bus = dbus.sessionBus({ busAddress: address });
  const keychain: FakeKeychain = {
    ...{ locked: false, made: true, answer: 'yes', disabled: false, hangs: false, called: [] },
    leave: () => bus.disconnect(),
  };
  bus.addMethodHandler((message: Message) => {
    if (message.destination !== name) return false;
    keychain.called.push(message.member);
    if (keychain.hangs) return true;
    const answer = answerOf(keychain, message);
    if (answer === undefined) return false;
    bus.send(dbus.Message.newMethodReturn(message, ...answer));
    if (message.member === 'Prompt' && keychain.answer !== null) {
      const no = keychain.answer === 'no';
      if (!no) Object.assign(keychain, { locked: false, made: true });
      const body = [no, new dbus.Variant('s', '')];
      bus.send(dbus.Message.newSignal(PROMPT, 'org.freedesktop.Secret.Prompt', 'Completed', 'bv', body));
    }
    return true;
  });
  await bus.requestName(name, 4);
  return keychain;
}

function answerOf(keychain: FakeKeychain, { member }: Message): [string, unknown[]] | undefined {
  const { locked, made, disabled, answer } = keychain;
  switch (member) {
    case 'ReadAlias':
      return ['o', [made ? COLLECTION : '/']];
    case 'Get':
      return ['v', [new dbus.Variant('b', locked)]];
    case 'Unlock':
      return locked ? ['aoo', [[], PROMPT]] : ['aoo', [[COLLECTION], '/']];
    case 'CreateCollection':
      return ['oo', ['/', PROMPT]];
    case 'Prompt':
      return ['', []];
    case 'networkWallet':
      return ['s', ['kdewallet']];
    case 'isOpen':
      return ['b', [!locked]];
    case 'isEnabled':
      return ['b', [!disabled]];
    case 'open':
      keychain.locked = answer !== 'yes';
      return ['i', [answer === 'yes' ? 1 : -1]];
    default:
      return undefined;
  }
}
