import { random } from '../random.ts';

/** How long a device code can be used, in seconds; Twitch's value. */
export const DEVICE_CODE_LIFETIME = 1800;
/** Seconds a program shall wait between polls. Twitch says 5; rehearsals are to be quick. */
export const DEVICE_INTERVAL = 1;

/** One device waiting for a person. */
export interface DeviceCode {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** What the person has said; the ID of the one who consented. */
  decision: 'pending' | 'declined' | { readonly userId: string };
}

/** The devices that wait. They don't outlive a restart, like most things that last half an hour. */
export interface DeviceCodes {
  start(clientId: string, scopes: readonly string[]): DeviceCode;
  byDeviceCode(deviceCode: string): DeviceCode | undefined;
  /** The code as typed: case, spaces and dashes don't matter. Only codes still waiting for a person. */
  byUserCode(typed: string): DeviceCode | undefined;
  /** Takes the code out: it is good for one exchange. */
  redeem(deviceCode: string): void;
}

/** No device codes yet. */
export function openDeviceCodes(now: () => number): DeviceCodes {
  const codes = new Map<string, DeviceCode>();
  const sweep = (): void => {
    for (const [key, { expiresAt }] of codes) if (expiresAt <= now()) codes.delete(key);
  };

  return {
    start: (clientId, scopes) => {
      sweep();
      const code: DeviceCode = {
        deviceCode: random.deviceCode(),
        userCode: random.userCode(),
        clientId,
        scopes,
        expiresAt: now() + DEVICE_CODE_LIFETIME * 1000,
        decision: 'pending',
      };
      codes.set(code.deviceCode, code);
      return code;
    },
    byDeviceCode: (deviceCode) => {
      sweep();
      return codes.get(deviceCode);
    },
    byUserCode: (typed) => {
      sweep();
      const wanted = typed.toUpperCase().replaceAll(/[\s-]/g, '');
      return [...codes.values()].find((code) => code.userCode === wanted && code.decision === 'pending');
    },
    redeem: (deviceCode) => {
      codes.delete(deviceCode);
    },
  };
}
