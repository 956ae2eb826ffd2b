/** The long form: fuzzes until it is told to end, or until it finds something. Started by scripts/fuzz.mjs. */
import { playMany, type TargetName } from './campaign.ts';

const { seed, messages, seconds } = JSON.parse(process.argv[2] ?? '{}') as {
  seed: number;
  messages: number | null;
  seconds: number | null;
};
/** Most rounds go where most can go wrong; the others are slower. */
const TURNS: TargetName[] = [...Array<TargetName>(16).fill('vault'), 'reader', 'socket', 'library', 'reader'];
const REPORT_MS = 5_000;
/** Memory has settled after so many rounds, and may then grow by so much. */
const SETTLED_ROUNDS = 200;
const MAX_GROWTH = 48 * 1024 * 1024;

const started = Date.now();
const counts = new Map<TargetName, number>();
let [total, rounds, reportedAt, baseline] = [0, 0, started, 0];
/** The seed of the round that is played: started with it, a run begins with this round. */
let now = seed;

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function report(): void {
  const passed = (Date.now() - started) / 1000;
  const each = [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
  const { rss } = process.memoryUsage();
  const memory = `${Math.round(heap() / 2 ** 20)} MB in use, ${Math.round(rss / 2 ** 20)} MB held`;
  process.stdout.write(
    `seed ${seed}: ${total} messages in ${passed.toFixed(0)} s (${each}), ${Math.round(total / passed)} a second, ${memory}\n`,
  );
  reportedAt = Date.now();
}

function end(problem: string | null): never {
  report();
  if (problem !== null)
    process.stdout.write(`FOUND; again with: npm run fuzz -- --seed ${now}\n${problem}\n`);
  process.exit(problem === null ? 0 : 1);
}

for (const name of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(name, (error: unknown) =>
    end(`${name}: ${error instanceof Error ? error.stack : String(error)}`),
  );
process.on('SIGINT', () => end(null));
process.on('SIGTERM', () => end(null));

const goesOn = (): boolean =>
  (messages === null || total < messages) && (seconds === null || Date.now() - started < seconds * 1000);

while (goesOn()) {
  now = seed + rounds;
  const name = TURNS[now % TURNS.length] ?? 'vault';
  const played = await playMany(name, now, 1);
  rounds += 1;
  total += played.messages;
  counts.set(name, (counts.get(name) ?? 0) + played.messages);
  if (played.findings.length > 0) end(played.findings.join('\n'));
  if (rounds === SETTLED_ROUNDS) baseline = heap();
  if (Date.now() - reportedAt < REPORT_MS) continue;
  report();
  if (baseline > 0 && heap() - baseline > MAX_GROWTH) end('memory grows');
}
end(null);
