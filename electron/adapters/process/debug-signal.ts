import { url } from 'node:inspector';

/**
 * Node opens its debugger to every user of the computer when it gets SIGUSR1, unless the program listens to
 * that signal itself. Importing this file does, so it is the first import of all. From Node's own start until
 * then, some 70 ms, the signal still works: `debuggerIsOpen` tells, and nothing secret is in memory yet. In a
 * packaged Castkey a fuse has Node never listen (electron/policy/fuses.ts).
 */
process.on('SIGUSR1', () => {});

/** True while a debugger could attach to this process, whoever let it. */
export const debuggerIsOpen = (): boolean => url() !== undefined;
