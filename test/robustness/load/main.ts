/** The long form. Started by scripts/load.mjs with the bundle of vault-program.ts. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { LoadFixture } from './load-fixture.ts';
import { runLoad } from './run-load.ts';

const CONNECTIONS = 128;
const CHANGE_MS = 1_000;
const REPORT_MS = 30_000;
const MB = 2 ** 20;

const { vault, seconds } = JSON.parse(process.argv[2] ?? '{}') as { vault: string; seconds: number };
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const child = fork(vault, { execArgv: ['--expose-gc', '--enable-source-maps'] });
const answer = async <T>(): Promise<T> => (await once(child, 'message'))[0] as T;
const { path, bots } = await answer<Pick<LoadFixture, 'path' | 'bots'>>();

async function memory(): Promise<string> {
  child.send('memory');
  const { heapUsed, rss } = await answer<{ heapUsed: number; rss: number }>();
  return `${(heapUsed / MB).toFixed(1)} MB in use, ${(rss / MB).toFixed(0)} MB held`;
}

say(`${CONNECTIONS} connections of ${bots.length} bots, ${seconds} s; the vault has ${await memory()}`);
const started = Date.now();
const changing = setInterval(() => child.connected && child.send('changeIntents'), CHANGE_MS);
const reporting = setInterval(() => say(`${((Date.now() - started) / 1000).toFixed(0)} s`), REPORT_MS);
const goesOn = (): boolean => Date.now() - started < seconds * 1000;
const result = await runLoad({ path, bots, connections: CONNECTIONS, goesOn });
clearInterval(changing);
clearInterval(reporting);
const { requests, events, errors, problems, p50, p99 } = result;
say(
  `${requests} requests in ${result.seconds.toFixed(1)} s, ${Math.round(requests / result.seconds)} a second; ${events} events`,
);
say(`half of them within ${p50.toFixed(2)} ms, 99 of 100 within ${p99.toFixed(2)} ms; ${errors} errors`);
for (const problem of problems) say(`error: ${problem}`);
say(`the vault has ${await memory()}`);
child.send('end');
await once(child, 'exit');
process.exit(errors === 0 ? 0 : 1);
