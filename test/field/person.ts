/** Who signs in and answers: a person at the terminal, or a stand-in's control that does it by itself. */
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';

/** What Twitch's login page did inside a window of a program. */
export type Embedded = 'a login form' | 'a refusal' | 'not tried';

export interface Person {
  /** Allows the code at Twitch, now or later: Twitch is asked again and again meanwhile. */
  approve(link: string, userCode: string, what: string): Promise<void>;
  /** Whether to do what can't be undone. */
  agrees(question: string): Promise<boolean>;
  /** What a window of a program showed of Twitch's login. */
  embedded(): Promise<Embedded>;
  /** Lets go of the terminal. */
  leave(): void;
}

const EMBEDDED: Readonly<Record<string, Embedded>> = { '1': 'a login form', '2': 'a refusal' };

/** Asks in words. Every question can be left unanswered with Ctrl-C. */
export function terminalPerson(input: Readable, output: Writable): Person {
  const terminal = createInterface({ input, output });
  // Ctrl-C in the middle of a question is one for the whole program.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const say = (...lines: string[]): void => void output.write(`${lines.join('\n')}\n`);
  return {
    async approve(link, userCode, what) {
      say('', `Sign in with the test account: ${what}`, `  ${link}`, `  code: ${userCode}`, '  waiting …');
    },
    async agrees(question) {
      return /^y(es)?$/i.test((await terminal.question(`\n${question} [y/N] `)).trim());
    },
    async embedded() {
      say(
        '',
        'In another terminal: npm start, Add account, Sign in here. What does the window show?',
        '  1  a form for name and password',
        '  2  that this browser is not supported',
        '  anything else: not tried',
      );
      return EMBEDDED[(await terminal.question('> ')).trim()] ?? 'not tried';
    },
    leave: () => terminal.close(),
  };
}

/** Has the control of a stand-in allow every code as this account. */
export function automaticPerson(base: string, user: string): Person {
  return {
    async approve(_, userCode) {
      const reply = await fetch(`${base}/sandbox/consent`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ userCode, user }),
      });
      if (!reply.ok) throw new Error(`the stand-in doesn't let ${user} sign in: status ${reply.status}`);
    },
    agrees: async () => true,
    // Its pages ask no browser what it is.
    embedded: async () => ((await fetch(`${base}/activate`)).ok ? 'a login form' : 'a refusal'),
    leave: () => undefined,
  };
}
