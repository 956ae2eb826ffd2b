import { describe, expect, it } from 'vitest';
import { csp } from '../../../../electron/policy/csp.ts';
import { FUSES } from '../../../../electron/policy/fuses.ts';
import { denyPermission, denyPermissionRequest } from '../../../../electron/policy/permissions.ts';
import {
  SECURE_PREFERENCES,
  TWITCH_PREFERENCES,
  WINDOWS,
} from '../../../../electron/policy/window-options.ts';

describe('every page', () => {
  it.each([SECURE_PREFERENCES, TWITCH_PREFERENCES])(
    'is sandboxed, isolated and without Node (%#)',
    (preferences) => {
      expect(preferences).toMatchObject({
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webviewTag: false,
      });
      expect(Object.isFrozen(preferences)).toBe(true);
    },
  );

  it('of Twitch’s has no developer tools', () => {
    expect(TWITCH_PREFERENCES.devTools).toBe(false);
    expect(Object.keys(TWITCH_PREFERENCES)).not.toContain('preload');
  });

  it.each(['media', 'geolocation', 'notifications', 'clipboard-read', 'a permission of tomorrow'])(
    'is refused %s',
    (permission) => {
      let granted: boolean | null = null;
      denyPermissionRequest(null, permission, (answer) => {
        granted = answer;
      });
      expect([denyPermission(), granted]).toEqual([false, false]);
    },
  );
});

describe('the content security policy', () => {
  const directives = new Map(
    csp('AAAAAAAAAAAAAAAAAAAAAAAA')
      .split('; ')
      .map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1).join(' ')]),
  );

  it('lets in nothing that isn’t named', () => {
    expect(directives.get('default-src')).toBe("'none'");
    expect(directives.get('connect-src')).toBe("'none'");
  });

  it('runs scripts of Castkey’s own files only', () => {
    expect(directives.get('script-src')).toBe("'self'");
  });

  it('lets in style elements with the nonce only', () => {
    expect(directives.get('style-src')).toBe("'self' 'nonce-AAAAAAAAAAAAAAAAAAAAAAAA'");
  });

  it.each(['', 'short', "AAAAAAAAAAAAAAAA'; script-src *", 'AAAAAAAAAAAAAAAA BBBB'])(
    'takes no odd nonce: %s',
    (nonce) => {
      expect(() => csp(nonce)).toThrow('nonce');
    },
  );
});

describe('the windows', () => {
  it('have the titles of the contract', () => {
    expect(Object.values(WINDOWS).map(({ title }) => title)).toEqual([
      'Castkey',
      'Castkey: allow a bot',
      'Castkey: sign in with Twitch',
    ]);
  });

  it('let the approval window stay on top without taking the keyboard', () => {
    expect(WINDOWS.approval).toMatchObject({ alwaysOnTop: true, takesFocus: false, width: 480, height: 640 });
  });
});

describe('the fuses', () => {
  it('leave no way to run other code as Castkey', () => {
    expect(FUSES).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
  });
});
