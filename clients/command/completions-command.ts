import { type Command, json } from './command.ts';
import { usage } from './command-errors.ts';
import { FLAGS, type Flag, type FlagName } from './flags.ts';

/** Gives the commands late: this one is among them. */
export type CommandTable = () => Readonly<Record<string, Command>>;

type Completions = (commands: [string, Command][]) => string;

const flagsOf = ({ flags }: Command): string[] => flags.map((flag) => `--${flag}`);
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const offered = (Object.entries(FLAGS) as [string, Flag][]).filter(([, { values }]) => values !== undefined);

const bash: Completions = (commands) => `_castkey() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} words=
  if [ "$COMP_CWORD" -eq 1 ]; then
    words=${quoted([...commands.map(([name]) => name), '--help', '--version'].join(' '))}
  else
    case $before in
${offered.map(([name, { values = [] }]) => `      --${name}) words=${quoted(values.join(' '))} ;;`).join('\n')}
    *) case $command in
${commands.map(([name, command]) => `      ${name}) words=${quoted([...(command.words ?? []), ...flagsOf(command)].join(' '))} ;;`).join('\n')}
    esac ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _castkey castkey
`;

const zsh: Completions = (commands) => `#compdef castkey
_castkey() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${commands.map(([name, { summary }]) => `      ${quoted(`${name}:${summary}`)}`).join('\n')}
    )
    _describe command commands
    return
  fi
  case $words[2] in
${commands.map(([name, { flags, words }]) => `    ${name}) _arguments ${flags.map(zshFlag).join(' ')} '*:${words ? `word:(${words.join(' ')})` : 'file:_files'}' ;;`).join('\n')}
  esac
}
# Loaded by its name on the first Tab, this file is the function; read with source, it only defines it.
if [ "$funcstack[1]" = _castkey ]; then
  _castkey "$@"
else
  compdef _castkey castkey
fi
`;

function zshFlag(name: FlagName): string {
  const { help, value, values, multiple }: Flag = FLAGS[name];
  const text = help.replace(/[[\]:\\]/g, '\\$&');
  const choice = values ? `(${values.join(' ')})` : '';
  return quoted(`${multiple ? '*' : ''}--${name}[${text}]${value ? `:${value}:${choice}` : ''}`);
}

const fish: Completions = (commands) =>
  [
    'complete -c castkey -n __fish_use_subcommand -l version -d "show the version"',
    ...commands.flatMap(([name, { summary, flags, words }]) => [
      `complete -c castkey -f -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
      ...(words ? [`complete -c castkey -f -n ${seen(name)} -a ${quoted(words.join(' '))}`] : []),
      ...flags.map((flag) => fishFlag(name, flag)),
    ]),
    '',
  ].join('\n');

const seen = (command: string): string => quoted(`__fish_seen_subcommand_from ${command}`);

function fishFlag(command: string, name: FlagName): string {
  const { help, value, values, short }: Flag = FLAGS[name];
  const argument = `${value ? ' -r' : ''}${values ? ` -a ${quoted(values.join(' '))}` : ''}`;
  return `complete -c castkey -n ${seen(command)} -l ${name}${short ? ` -s ${short}` : ''}${argument} -d ${quoted(help)}`;
}

const SHELLS: Readonly<Record<string, Completions>> = { bash, zsh, fish };

/** `castkey completions`: what a shell needs to complete commands and flags. */
export function completionsCommand(table: CommandTable): Command {
  return {
    summary: 'print completions for bash, zsh or fish',
    operands: 'bash|zsh|fish',
    words: Object.keys(SHELLS),
    flags: ['json', 'help'],
    details: `Examples:
  castkey completions bash > ~/.local/share/bash-completion/completions/castkey
  castkey completions zsh > "\${fpath[1]}/_castkey"
  castkey completions fish > ~/.config/fish/completions/castkey.fish`,
    async run(line, io) {
      const [name = '', ...surplus] = line.rest;
      const shell = Object.hasOwn(SHELLS, name) ? SHELLS[name] : undefined;
      if (!shell || surplus.length > 0) throw usage('Completions are there for bash, zsh and fish.');
      const script = shell(Object.entries(table()));
      io.out(line.has('json') ? json({ shell: name, script }) : script);
      return 0;
    },
  };
}
