/** Who signs in and answers: a person at the terminal, or a stand-in's control that does it by itself. */
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';

/** What Twitch's login page did inside a window of a program. */
export type Embedded = 'a login form' | 'a refusal' | 'not tried';

export interface Person {
  /** Allows the code at Twitch, now or later: Twitch is asked again and again meanwhile. */
  approve(link: string, userCode: string, what: string): Promise<void>;
  /** Says no to the code at Twitch. */
  decline(link: string, userCode: string): Promise<void>;
  /** Whether to do what can't be undone. */
  agrees(question: string): Promise<boolean>;
  /** What a window of a program showed of Twitch's login. */
  embedded(): Promise<Embedded>;
  /** Lets go of the terminal. */
  leave(): void;
}

const EMBEDDED: Readonly<Record<string, Embedded>> = { '1': 'a login form', '2': 'a refusal' };

/** Asks in words. A question that `signal` ends rejects. */
export function terminalPerson(input: Readable, output: Writable, signal: AbortSignal): Person {
  const terminal = createInterface({ input, output });
  // Ctrl-C in the middle of a question is one for the whole program.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const ask = (question: string): Promise<string> => terminal.question(question, { signal });
  const say = (...lines: string[]): void => void output.write(`${lines.join('\n')}\n`);
  return {
    async approve(link, userCode, what) {
      say('', `Sign in with the test account: ${what}`, `  ${link}`, `  code: ${userCode}`, '  waiting …');
    },
    async decline(link, userCode) {
      say('', 'Open this, and press Cancel. If there is no such button, close the page.');
      say(`  ${link}`, `  code: ${userCode}`);
      await ask('Press Enter when you have. ');
    },
    async agrees(question) {
      return /^y(es)?$/i.test((await ask(`\n${question} [y/N] `)).trim());
    },
    async embedded() {
      say(
        '',
        'In another terminal: npm start, Add account, Sign in here. What does the window show?',
        '  1  a form for name and password',
        '  2  that this browser is not supported',
        '  anything else: not tried',
      );
      return EMBEDDED[(await ask('> ')).trim()] ?? 'not tried';
    },
    leave: () => terminal.close(),
  };
}

/** Has the control of a stand-in answer every code: for this account, or with a no. */
export function automaticPerson(base: string, account: string): Person {
  async function answer(userCode: string, user: string | null): Promise<void> {
    const reply = await fetch(`${base}/sandbox/consent`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userCode, user }),
    });
    if (!reply.ok) throw new Error(`the stand-in takes no answer of ${account}: status ${reply.status}`);
  }
  return {
    approve: (_, userCode) => answer(userCode, account),
    decline: (_, userCode) => answer(userCode, null),
    agrees: async () => true,
    // Its pages ask no browser what it is.
    embedded: async () => ((await fetch(`${base}/activate`)).ok ? 'a login form' : 'a refusal'),
    leave: () => undefined,
  };
}
