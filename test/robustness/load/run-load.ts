/** Many bots at once that ask for what they may have, as fast as they get it. */
import { createHistogram } from 'node:perf_hooks';
import type { StatusResult } from '../../../shared/protocol.ts';
import { enterAs, type LineClient } from './line-client.ts';
import type { LoadBot } from './load-fixture.ts';

/** What came of it. */
export interface LoadResult {
  requests: number;
  events: number;
  /** What went wrong, the first few in words. */
  errors: number;
  problems: string[];
  seconds: number;
  /** Milliseconds that half, or 99 of 100, of the requests took at most. */
  p50: number;
  p99: number;
}
interface Load {
  path: string;
  bots: readonly LoadBot[];
  connections: number;
  /** Asked before each round of each connection. */
  goesOn(round: number): boolean;
}

const MAX_PROBLEMS = 5;

/** Each connection subscribes, then asks again and again: mostly for its token, now and then for the status. */
export async function runLoad({ path, bots, connections, goesOn }: Load): Promise<LoadResult> {
  const latencies = createHistogram();
  const problems: string[] = [];
  let [requests, errors] = [0, 0];
  const wrong = (what: string): void => {
    errors += 1;
    if (problems.length < MAX_PROBLEMS) problems.push(what);
  };
  const ask = async (line: LineClient, method: string, params: object): Promise<unknown> => {
    const started = process.hrtime.bigint();
    const result = await line.request(method, params).catch((error: Error) => {
      wrong(`${method}: ${error.message}`);
      return null;
    });
    latencies.record(Number(process.hrtime.bigint() - started));
    requests += 1;
    return result;
  };
  const live = async (line: LineClient, bot: LoadBot): Promise<void> => {
    await ask(line, 'subscribe', {});
    for (let round = 0; goesOn(round); round += 1) {
      const asksStatus = round % 8 === 7;
      const got = asksStatus
        ? await ask(line, 'status', {})
        : await ask(line, 'getAccessTokenForUser', { user: bot.user, interactive: 'never' });
      if (!isRight(got, asksStatus, bot)) wrong(`a wrong answer: ${asksStatus ? 'status' : 'token'}`);
      if (errors > 0 && got === null) return;
    }
  };
  const owners = Array.from({ length: connections }, (_, at) => bots[at % bots.length] as LoadBot);
  const lines: LineClient[] = [];
  for (const owner of owners) lines.push(await enterAs(owner, path));
  const started = Date.now();
  await Promise.all(lines.map((line, at) => live(line, owners[at] as LoadBot)));
  const seconds = (Date.now() - started) / 1000;
  const events = lines.reduce((sum, line) => sum + line.events(), 0);
  for (const line of lines) await line.close();
  const [p50, p99] = [latencies.percentile(50) / 1e6, latencies.percentile(99) / 1e6];
  return { requests, events, errors, problems, seconds, p50, p99 };
}

function isRight(got: unknown, status: boolean, { clientId, user, token }: LoadBot): boolean {
  const result = Object(got) as { accessToken?: string; clientId?: string } & Partial<StatusResult>;
  if (!status) return result.accessToken === token && result.clientId === clientId;
  const { application, users } = result;
  return application?.clientId === clientId && users?.length === 1 && users[0]?.userId === user;
}
