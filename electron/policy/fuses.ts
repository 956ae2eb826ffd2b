import type { Configuration } from 'electron-builder';

type FuseName = Exclude<keyof NonNullable<Configuration['electronFuses']>, 'resetAdHocDarwinSignature'>;

// Electron security rule 19
/**
 * What a packaged Castkey can't be talked into any more. Every fuse is named, so one that Electron
 * adds fails to compile here until somebody has decided on it.
 */
export const FUSES: Readonly<Record<FuseName, boolean>> = Object.freeze({
  /** Otherwise Castkey's signed program runs any script, with the keychain's trust in Castkey. */
  runAsNode: false,
  enableCookieEncryption: true,
  /** Otherwise `NODE_OPTIONS=--require=evil.js` runs inside Castkey. */
  enableNodeOptionsEnvironmentVariable: false,
  /** Otherwise `--inspect` opens a debugger on a process that holds refresh tokens. */
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  /** Castkey loads nothing from file://. */
  grantFileProtocolExtraPrivileges: false,
});
