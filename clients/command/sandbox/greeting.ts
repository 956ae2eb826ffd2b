import { json } from '../command.ts';
import type { Io } from '../io.ts';
import { askSandbox } from './control.ts';
import { askDisguise, type Disguise, type DisguiseFiles, TRUST_VARIABLES } from './disguise.ts';

interface Known {
  readonly accounts: readonly { readonly login: string }[];
  readonly clients: readonly { readonly clientId: string; readonly kind: string }[];
}

/** Of a state file, which may hold anything; a client ID is as long as a token, and none. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '');

const WHY_NOT: Readonly<Record<string, string>> = {
  EACCES: 'only for administrators here',
  EADDRINUSE: 'taken by another program',
};

function portsInWords({ ports }: Disguise): string {
  const rows = Object.entries(ports);
  const open = rows.filter(([, state]) => state === 'open').map(([port]) => port);
  const shut = rows
    .filter(([, state]) => state !== 'open')
    .map(([port, why]) => `${port} is ${WHY_NOT[why] ?? why}`);
  return [`127.0.0.1, ports ${open.join(', ') || 'none'}`, ...shut].join('; ');
}

/** How a program is led here by hand. */
function asTwitch(disguise: Disguise, { ca, hosts }: DisguiseFiles): string {
  const variables = TRUST_VARIABLES.map(([name, who]) => `            ${name}=${ca}  (${who})`);
  return `
As Twitch:
  listens   ${portsInWords(disguise)}
  names     the lines of ${hosts} belong into the hosts file of the program:
            that of a container, a virtual machine or a namespace rather than this computer's own
  trust     a certificate made just now, in the environment of the program alone:
${variables.join('\n')}
Castkey changes neither the hosts file nor what this computer trusts. On Linux, castkey sandbox run -- COMMAND
does all of it for one program, and needs no administrator.
`;
}

/** What is to be known of a sandbox that runs now; with files, also how it passes for Twitch. */
export async function greeting(
  io: Io,
  url: string,
  wish: { readonly json: boolean; readonly files: DisguiseFiles | undefined },
): Promise<string> {
  const { accounts, clients } = (await askSandbox(io, url, {
    method: 'GET',
    path: '/sandbox/state',
  })) as Known;
  const { host, hostname, port } = new URL(url);
  const [chat, eventsub] = [`ws://${host}/irc`, `ws://${host}/ws`];
  const disguise = wish.files && (await askDisguise(io, url));
  if (wish.json) {
    const where = { url, port: Number(port), chat, eventsub, irc: { host: hostname, port: Number(port) } };
    const { ports, hosts } = disguise ?? {};
    const as = wish.files && {
      address: '127.0.0.1',
      ports,
      hosts,
      ca: wish.files.ca,
      hostsFile: wish.files.hosts,
    };
    return json({ ...where, accounts, clients, ...(as && { asTwitch: as }) });
  }
  const ids = clients.map(({ clientId, kind }) => `            ${plain(clientId)} (${kind})`);
  return `A pretend Twitch runs at ${url}

  Castkey   start it with CASTKEY_TWITCH=${url}
  Twurple   start the bot with TWURPLE_MOCK_API_PORT=${port}
  others    chat at ${chat}, EventSub at ${eventsub}
  IRC       ${host}, with and without TLS
  client IDs, any other will do, too:
${ids.join('\n')}
  accounts  ${accounts.map(({ login }) => plain(login)).join(', ')}
${disguise && wish.files ? asTwitch(disguise, wish.files) : ''}
Type a fault, such as "expire luna_bot" or "5xx --times 3", or "event raid"; help lists them, quit ends it.
`;
}
