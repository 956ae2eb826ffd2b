/**
 * What a page may do beyond showing itself: nothing. A request and a check have the same answer,
 * whatever the name, so that a permission Chromium adds later is refused as well.
 */
export const denyPermission = (): false => false; // Electron security rule 5

/** The answer to `setPermissionRequestHandler`, which wants it by callback. */
export function denyPermissionRequest(
  _page: unknown,
  _permission: string,
  answer: (granted: boolean) => void,
): void {
  answer(denyPermission()); // Electron security rule 5
}
