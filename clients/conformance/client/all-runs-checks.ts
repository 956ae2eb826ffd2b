import { type Finding, judged } from '../finding.ts';
import type { Asked, Visit } from './client-connection.ts';
import type { Run } from './expectations.ts';

/** What holds for all runs together. */
export function overallFindings(runs: readonly Run[]): Finding[] {
  const visits = runs.flatMap((run) => run.visits);
  return [
    judged('§2', 'in all runs: sends JSON-RPC requests, one a line', strangeLine(visits)),
    judged('§2', 'in all runs: no two requests of a connection share an id', sharedId(visits)),
    judged('§3', 'in all runs: hello comes first, once', lateHello(visits)),
    judged('§3', 'in all runs: no nonce comes twice', repeatedNonce(visits)),
    judged('§3', 'in all runs: its key is neither sent nor printed', shownKey(runs)),
    judged('§7', 'in all runs: no token is on the error output', shownToken(runs)),
  ];
}

const strangeLine = (visits: readonly Visit[]): string | undefined =>
  visits.flatMap(({ problems }) => problems)[0];

/** Answers may come late, so even an id that is free again is best not used twice. */
function sharedId(visits: readonly Visit[]): string | undefined {
  for (const { asked } of visits) {
    const ids = asked.map(({ id }) => JSON.stringify(id));
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice !== undefined) return `the id ${twice} twice`;
  }
  return undefined;
}

function lateHello(visits: readonly Visit[]): string | undefined {
  for (const { asked } of visits) {
    const hellos = asked.filter(({ method }) => method === 'hello').length;
    if (asked.length > 0 && (asked[0]?.method !== 'hello' || hellos !== 1)) {
      return asked.map(({ method }) => method).join(', ');
    }
  }
  return undefined;
}

const nonceOf = ({ params }: Asked): string => String(params.nonce);

function repeatedNonce(visits: readonly Visit[]): string | undefined {
  const nonces = visits.flatMap(({ asked }) => asked.filter(({ method }) => method === 'hello').map(nonceOf));
  const distinct = new Set(nonces).size;
  return distinct === nonces.length ? undefined : `${nonces.length} connections, ${distinct} nonces`;
}

function shownKey(runs: readonly Run[]): string | undefined {
  for (const { stock, visits, ended } of runs) {
    const said = [...visits.map((visit) => visit.said), ended.out, ended.err].join('\n');
    for (const key of stock.keys.values()) {
      if (said.includes(key.toString('base64url')) || said.includes(key.toString('hex'))) return 'the key';
    }
  }
  return undefined;
}

function shownToken(runs: readonly Run[]): string | undefined {
  return runs.some(({ ended, stock }) => ended.err.includes(stock.accessToken)) ? 'the token' : undefined;
}
