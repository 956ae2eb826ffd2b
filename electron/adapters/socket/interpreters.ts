/** Programs that run code of others, and how to find that code on their command line. */

/** Where an interpreter's command line says what it runs. */
export interface Interpreter {
  readonly names: RegExp;
  /** Options followed by a value of their own. */
  readonly values?: readonly string[];
  /** Options after which there is no script, but code, a prompt or standard input. */
  readonly none?: readonly string[];
  /** Options followed by the script itself. */
  readonly script?: readonly string[];
  /** Options followed by the name of a module, which is shown as it is. */
  readonly module?: readonly string[];
  /** Words before the script. */
  readonly subcommands?: readonly string[];
  /** True where `-um` is `-u -m`. */
  readonly clusters?: boolean;
  /** What a script looks like; anything else in its place is a name, and shown as it is. */
  readonly files?: RegExp;
}

const NODE_VALUES =
  '-r --require --import --loader --experimental-loader -C --conditions --env-file --env-file-if-exists --title --input-type --watch-path --inspect-port';

/** The first that fits a program's name counts. Versions such as `python3.12` belong to the name. */
export const INTERPRETERS: readonly Interpreter[] = [
  {
    names: /^(node|nodejs|electron|nwjs)[\d.]*$/,
    values: NODE_VALUES.split(' '),
    none: ['-e', '--eval', '-p', '--print', '-pe', '-i', '--interactive', '-', '--run', '--test'],
  },
  {
    names: /^(bun|deno|tsx|ts-node|npx|bunx|pnpx)$/,
    values: [...NODE_VALUES.split(' '), '-c', '--config', '--import-map', '--cwd', '-p', '--package'],
    none: ['-e', '--eval', 'eval', 'repl', '-'],
    subcommands: ['run', 'x', 'exec', 'task'],
  },
  {
    names: /^(python|pypy|pythonw)[\d.]*$/,
    values: ['-W', '-X', '--check-hash-based-pycs'],
    none: ['-c', '-'],
    module: ['-m'],
    clusters: true,
  },
  {
    names: /^(uv|uvx|poetry|pipx|pipenv|hatch|pdm|rye)$/,
    values: ['--with', '--python', '-p', '--project', '--directory', '-C', '--env-file', '--extra'],
    none: ['-'],
    module: ['-m', '--module'],
    subcommands: ['run', 'tool', 'exec'],
  },
  {
    names: /^(ruby|jruby|truffleruby)[\d.]*$/,
    values: ['-C', '-I', '-r', '-E'],
    none: ['-e', '-'],
    clusters: true,
  },
  { names: /^perl[\d.]*$/, values: ['-I'], none: ['-e', '-E', '-'], clusters: true },
  {
    names: /^php[\d.]*$/,
    values: ['-d', '-c', '-z'],
    none: ['-r', '-B', '-R', '-a'],
    script: ['-f', '--file'],
  },
  {
    names: /^(ba|da|z|k|mk|c|tc|fi|a|rba|nu)?sh$/,
    values: ['-o', '+o', '-O', '+O', '--rcfile', '--init-file'],
    none: ['-c', '-s', '-'],
    clusters: true,
  },
  {
    names: /^(java|javaw)$/,
    values: ['-cp', '-classpath', '--class-path', '-p', '--module-path', '--add-modules', '--add-opens'],
    module: ['-m', '--module'],
    files: /[/\\]|\.(jar|java)$/,
  },
  {
    names: /^dotnet$/,
    values: ['--runtimeconfig', '--depsfile', '--additionalprobingpath', '--fx-version', '--roll-forward'],
    none: ['run', 'watch', 'test', 'fsi'],
    subcommands: ['exec'],
  },
  { names: /^(mono|mono-sgen)[\d.]*$/, values: ['--config'] },
  { names: /^(lua|luajit)[\d.-]*$/, values: ['-l', '-e'], none: ['-'] },
  { names: /^(R|Rscript)$/, script: ['-f'], none: ['-e', '-'] },
  {
    names: /^(julia|guile|tclsh|wish|gjs|qjs|pwsh|powershell|osascript|emacs)[\d.]*$/,
    none: ['-e', '-c', '-'],
  },
  // They run any program at all: what is named first is what counts.
  {
    names: /^(ld-linux.*|ld-musl.*|ld64|qemu-[\w-]+|box(64|86)|wine(64)?(-preloader)?)$/,
    values: ['--library-path', '--preload', '--argv0', '-L'],
  },
];

/** Programs that hand on what others say: of who that is the system knows nothing. */
const RELAYS =
  /^(sshd|sshd-session|sshd-auth|ssh|slogin|dropbear|dropbearmulti|dbclient|plink|socat\d*|nc|nc\.openbsd|nc\.traditional|ncat|netcat|npiperelay|websocat|systemd-socket-proxyd|gvproxy|chisel|wstunnel|tailscaled|cloudflared)$/;

/** What is known of programs of this name; null for one that is its own code. */
export function interpreterNamed(name: string): Interpreter | null {
  return INTERPRETERS.find(({ names }) => names.test(name)) ?? null;
}

/** Whether a program of this name forwards for others. */
export function isRelay(name: string): boolean {
  return RELAYS.test(name);
}
