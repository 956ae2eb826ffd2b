import { random } from '../random.ts';

/** What an authorization code stands for until it is exchanged. */
export interface CodeGrant {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly userId: string;
  readonly scopes: readonly string[];
}

/** Authorization codes: each good for one exchange within ten minutes (RFC 6749, 4.1.2). */
export interface AuthorizationCodes {
  issue(grant: CodeGrant): string;
  /** Takes the code out, so that a second exchange finds nothing. */
  redeem(code: string): CodeGrant | undefined;
}

const LIFETIME_MS = 600_000;

/** No codes yet; they don't outlive a restart. */
export function openAuthorizationCodes(now: () => number): AuthorizationCodes {
  const codes = new Map<string, CodeGrant & { readonly expiresAt: number }>();
  return {
    issue: (grant) => {
      for (const [code, { expiresAt }] of codes) if (expiresAt <= now()) codes.delete(code);
      const code = random.authorizationCode();
      codes.set(code, { ...grant, expiresAt: now() + LIFETIME_MS });
      return code;
    },
    redeem: (code) => {
      const grant = codes.get(code);
      codes.delete(code);
      return grant && grant.expiresAt > now() ? grant : undefined;
    },
  };
}
