import { describe, expect, it } from 'vitest';
import { resolvePage } from '../../../../electron/policy/resolve-page.ts';
import { PAGES } from '../../../../shared/ipc.ts';

describe('a request of Castkey’s own pages', () => {
  it.each(Object.values(PAGES))('finds the page of a window: %s', (page) => {
    expect(resolvePage('GET', `castkey://app/${page}`)).toEqual({
      path: page,
      type: 'text/html; charset=utf-8',
    });
  });

  it.each([
    ['castkey://app/assets/index-BxY_1-z.js', 'text/javascript; charset=utf-8'],
    ['castkey://app/assets/look.min.css', 'text/css; charset=utf-8'],
    ['castkey://app/assets/inter-latin-wght-normal-Dx4kXJAl.woff2', 'font/woff2'],
    ['castkey://app/index.html?a=1#b', 'text/html; charset=utf-8'],
  ])('knows the type of %s', (url, type) => {
    expect(resolvePage('GET', url)?.type).toBe(type);
  });

  it.each([
    ['POST', 'castkey://app/index.html'],
    ['HEAD', 'castkey://app/index.html'],
    ['get', 'castkey://app/index.html'],
    ['GET', 'castkey://app/'],
    ['GET', 'castkey://app'],
    ['GET', 'castkey://evil/index.html'],
    ['GET', 'castkey://app.evil/index.html'],
    ['GET', 'castkey://app@evil/index.html'],
    ['GET', 'CASTKEY://APP/index.html'],
    ['GET', 'https://app/index.html'],
    ['GET', 'file:///index.html'],
    ['GET', 'castkey://app/../index.html'],
    ['GET', 'castkey://app/assets/../../main/main.js'],
    ['GET', 'castkey://app/%2e%2e/main/main.js'],
    ['GET', 'castkey://app/a%2f..%2f..%2fmain.js'],
    ['GET', 'castkey://app/assets%5c..%5cmain.js'],
    ['GET', 'castkey://app/assets\\..\\main.js'],
    ['GET', 'castkey://app//index.html'],
    ['GET', 'castkey://app/./index.html'],
    ['GET', 'castkey://app//etc/passwd.html'],
    ['GET', 'castkey://app/index.html%00.js'],
    ['GET', 'castkey://app/index.html\u0000.js'],
    ['GET', 'castkey://app/.env.js'],
    ['GET', 'castkey://app/C:/Windows/a.js'],
    ['GET', 'castkey://app/index.html/'],
    ['GET', 'castkey://app/main.js.map'],
    ['GET', 'castkey://app/constructor'],
    ['GET', 'castkey://app/a.constructor'],
    ['GET', 'castkey://app/package.json'],
  ])('gets nothing for %s %s', (method, url) => {
    expect(resolvePage(method, url)).toBeNull();
  });
});
