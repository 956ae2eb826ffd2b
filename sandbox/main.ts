import { parseArgs } from 'node:util';
import { startSandbox } from './server.ts';

const USAGE =
  'Options: --port NUMBER (any free one), --state FILE (kept in memory), --lifetime SECONDS (14400), --as-twitch';

/** A whole number out of an argument; undefined when it wasn't given. Throws on anything else. */
function wholeNumber(name: string, text: string | undefined, min: number): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text) || Number(text) < min)
    throw new Error(`--${name} takes a whole number, not ${text}`);
  return Number(text);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      state: { type: 'string' },
      lifetime: { type: 'string' },
      'as-twitch': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const sandbox = await startSandbox({
    port: wholeNumber('port', values.port, 0),
    stateFile: values.state,
    tokenLifetime: wholeNumber('lifetime', values.lifetime, 1),
    asTwitch: values['as-twitch'],
  });
  process.stdout.write(`${sandbox.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close());
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exitCode = 1;
});
