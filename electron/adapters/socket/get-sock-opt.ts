import { z } from 'zod';

/** getsockopt(2): 0, or -1 with the reason in errno. */
export type GetSockOpt = (
  ...args: [fd: number, level: number, option: number, into: Buffer, length: number[]]
) => number;

/** Of the running system; rejects where koffi can't be loaded. */
export async function loadGetSockOpt(): Promise<GetSockOpt> {
  const koffi = (await import('koffi')).default;
  const call = koffi.load(null).func('int getsockopt(int, int, int, _Out_ uint8_t *, _Inout_ uint32_t *)');
  return (...args) => z.number().parse(call(...args));
}
