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

/** Everything a window needs around its content. */
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

/** Puts a window's content on its page. */
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
