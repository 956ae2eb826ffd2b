/** A client in some language, driven line by line; README.md tells the protocol. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';

/** What a driver answers. */
export type Answer = { ok: unknown } | { error: { code: string; retryable: boolean; missing: string[] } };

/** A token as drivers show it: by its SHA-256. */
export interface ShownToken {
  hash: string;
  scopes: string[];
  userId: string | null;
  clientId: string;
  version: number;
}

/** A running driver. */
export interface Driver {
  ask(what: string, params?: object): Promise<Answer>;
  /** Waits for the next event of this type that wasn't waited for yet. */
  event(type: string): Promise<void>;
  /** Closes its input, waits for its end, and gives all it ever printed. */
  finish(): Promise<{ code: number | null; out: string; err: string }>;
}

/** What a program printed, and how it ended. */
export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

type Environment = Readonly<Record<string, string>>;

/** Only what a program needs: nothing of the computer that the tests run on. */
function start(command: readonly string[], env: Environment): ChildProcess {
  const [program = '', ...args] = command;
  const { PATH = '' } = process.env;
  return spawn(program, args, { env: { PATH, ...env }, stdio: 'pipe' });
}

function listen(child: ChildProcess): () => Promise<Ended> {
  const said = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => {
    said.out += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    said.err += String(chunk);
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  return async () => ({ code: (await closed)[0], ...said });
}

/** Runs a program to its end. */
export async function runProgram(command: readonly string[], env: Environment): Promise<Ended> {
  const child = start(command, env);
  const ended = listen(child);
  child.stdin?.end();
  return ended();
}

/** Starts a driver. It answers one question after the other; events come when they come. */
export function startDriver(command: readonly string[], env: Environment): Driver {
  const child = start(command, env);
  const ended = listen(child);
  const waiting = new Map<number, (answer: Answer) => void>();
  const seen: string[] = [];
  const expected: { type: string; resolve: () => void }[] = [];
  let lastId = 0;

  const take = (line: string): void => {
    const message = JSON.parse(line) as { id?: number; event?: string } & Answer;
    if (message.event !== undefined) seen.push(message.event);
    else waiting.get(message.id ?? 0)?.(message);
    for (const expectation of [...expected]) {
      const at = seen.indexOf(expectation.type);
      if (at < 0) continue;
      seen.splice(at, 1);
      expected.splice(expected.indexOf(expectation), 1);
      expectation.resolve();
    }
  };
  if (child.stdout) createInterface({ input: child.stdout }).on('line', take);
  child.stdin?.on('error', () => {});
  return {
    async ask(what, params = {}) {
      lastId += 1;
      const id = lastId;
      const answer = new Promise<Answer>((resolve) => waiting.set(id, resolve));
      child.stdin?.write(`${JSON.stringify({ id, do: what, ...params })}\n`);
      const crashed = ended().then(({ code, err }) =>
        expect.fail(`the driver ended with ${code} while it was asked for ${what}: ${err}`),
      );
      return Promise.race([answer, crashed]);
    },
    event(type) {
      return new Promise((resolve) => {
        const at = seen.indexOf(type);
        if (at < 0) expected.push({ type, resolve });
        else {
          seen.splice(at, 1);
          resolve();
        }
      });
    },
    finish() {
      child.stdin?.end();
      return ended();
    },
  };
}

/** The result, or a failed test. */
export function ok<T>(answer: Answer): T {
  return 'ok' in answer ? (answer.ok as T) : expect.fail(`refused: ${JSON.stringify(answer.error)}`);
}

/** The error's code, or a failed test. */
export function codeOf(answer: Answer): string {
  return 'error' in answer ? answer.error.code : expect.fail(`not refused: ${JSON.stringify(answer.ok)}`);
}
