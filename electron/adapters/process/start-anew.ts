/**
 * Has this process start Castkey anew, with its environment as it is now: execv(3), so its id stays and
 * whoever watches it notices nothing. Only for the first moments, when nothing is open yet. Comes back only
 * with the reason why it could not; never on Windows, which knows no such call.
 */
export async function startAnew(args: readonly string[]): Promise<string> {
  if (process.platform === 'win32') return 'not on Windows';
  const koffi = (await import('koffi')).default;
  const execv = koffi.load(null).func('int execv(const char *, const char **)');
  execv(process.execPath, [process.execPath, ...args, null]);
  return `the system refused (${koffi.errno()})`;
}
