import { type Finding, judged } from '../finding.ts';
import type { ClientConnection, ReceivedRequest } from './client-connection.ts';
import type { Run } from './expectations.ts';

/** What holds for all runs together. */
export function allRunsFindings(runs: readonly Run[]): Finding[] {
  const connections = runs.flatMap((run) => run.connections);
  return [
    judged('§2', 'in all runs: sends JSON-RPC requests, one a line', strangeLine(connections)),
    judged('§2', 'in all runs: no two requests of a connection share an id', sharedId(connections)),
    judged('§3', 'in all runs: hello comes first, once', lateHello(connections)),
    judged('§3', 'in all runs: no nonce comes twice', repeatedNonce(connections)),
    judged('§3', 'in all runs: its key is neither sent nor printed', shownKey(runs)),
    judged('§7', 'in all runs: no token is on the error output', shownToken(runs)),
  ];
}

const strangeLine = (connections: readonly ClientConnection[]): string | undefined =>
  connections.flatMap(({ problems }) => problems)[0];

/** Answers may come late, so even an id that is free again is best not used twice. */
function sharedId(connections: readonly ClientConnection[]): string | undefined {
  for (const { requests } of connections) {
    const ids = requests.map(({ id }) => JSON.stringify(id));
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice !== undefined) return `the id ${twice} twice`;
  }
  return undefined;
}

function lateHello(connections: readonly ClientConnection[]): string | undefined {
  for (const { requests } of connections) {
    const hellos = requests.filter(({ method }) => method === 'hello').length;
    if (requests.length > 0 && (requests[0]?.method !== 'hello' || hellos !== 1)) {
      return requests.map(({ method }) => method).join(', ');
    }
  }
  return undefined;
}

const nonceOf = ({ params }: ReceivedRequest): string => String(params.nonce);

function repeatedNonce(connections: readonly ClientConnection[]): string | undefined {
  const nonces = connections.flatMap(({ requests }) =>
    requests.filter(({ method }) => method === 'hello').map(nonceOf),
  );
  const distinct = new Set(nonces).size;
  return distinct === nonces.length ? undefined : `${nonces.length} connections, ${distinct} nonces`;
}

function shownKey(runs: readonly Run[]): string | undefined {
  for (const { data, connections, ended } of runs) {
    const said = [...connections.map((connection) => connection.said), ended.out, ended.err].join('\n');
    for (const key of data.keys.values()) {
      if (said.includes(key.toString('base64url')) || said.includes(key.toString('hex'))) return 'the key';
    }
  }
  return undefined;
}

function shownToken(runs: readonly Run[]): string | undefined {
  return runs.some(({ ended, data }) => ended.err.includes(data.accessToken)) ? 'the token' : undefined;
}
