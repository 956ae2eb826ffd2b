import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.css';
import './base.css';
import { MantineProvider } from '@mantine/core';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { followsSystem, theme } from './theme.ts';

/** The nonce of this response, which the main process wrote into the page; styles need it (CSP). */
export function styleNonce(page: Document = document): string {
  return page.querySelector('meta[name="castkey-nonce"]')?.getAttribute('content') ?? '';
}

/** Theme, colour scheme and the styles' nonce around a window's content; tests draw with it, too. */
export function PageFrame(props: { children: ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={followsSystem}
      getStyleNonce={styleNonce}
    >
      {props.children}
    </MantineProvider>
  );
}

/** Draws a window's content into the page's #root; throws where there is none. */
export function showPage(content: ReactNode): void {
  // react-style-singleton (Mantine's dialogs use it) reads its nonce from this global.
  Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
  const root = document.getElementById('root');
  if (!root) throw new Error('the page has no #root');
  createRoot(root).render(
    <StrictMode>
      <PageFrame>{content}</PageFrame>
    </StrictMode>,
  );
}
