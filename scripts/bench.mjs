// npm run bench: every test/robustness/bench/*.bench.mjs, a table, and artifacts/bench.json.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inProject } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runCommand, SetupError, say } from './setup/report.mjs';

const FOLDER = inProject('test', 'robustness', 'bench');

/**
 * @typedef {object} Row one measured number
 * @property {string} name what was measured
 * @property {number} value
 * @property {string} unit
 */

/** Runs one file; it exports `bench({ electron })`, which returns rows. */
async function measure(file, electron) {
  const { bench } = await import(pathToFileURL(file).href);
  if (typeof bench !== 'function') throw new SetupError(`${file} exports no function named bench.`);
  return await bench({ electron: electron.path });
}

function printTable(rows) {
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, value, unit } of rows) {
    process.stdout.write(`${name.padEnd(width)}  ${String(value).padStart(12)} ${unit}\n`);
  }
}

await runCommand(async () => {
  const { electron } = await prepare({ electron: true, build: true });
  const files = (await readdir(FOLDER).catch(() => [])).filter((name) => name.endsWith('.bench.mjs'));
  if (files.length === 0)
    throw new SetupError(`there are no benchmarks: ${FOLDER} holds no *.bench.mjs file.`);
  const rows = [];
  for (const name of files.sort()) {
    say(`measuring ${name}`);
    rows.push(...(await measure(join(FOLDER, name), electron)));
  }
  printTable(rows);
  await mkdir(inProject('artifacts'), { recursive: true });
  const report = { node: process.version, electron: electron.version, cpus: cpus().length, rows };
  await writeFile(inProject('artifacts', 'bench.json'), `${JSON.stringify(report, null, 2)}\n`);
});
