import { createTheme, type MantineColorSchemeManager, type MantineColorsTuple } from '@mantine/core';

/** Castkey's one accent: a deep spruce, far from Twitch's violet, since Castkey is not Twitch. */
const spruce: MantineColorsTuple = [
  '#e8f7f4',
  '#cdece6',
  '#a2dbd1',
  '#6fc6b8',
  '#4fbcab',
  '#259b89',
  '#148272',
  '#0d6d60',
  '#0a594f',
  '#07423b',
];

/** Mantine's greys for the dark scheme, tinted as base.css has them. */
const dark: MantineColorsTuple = [
  '#e8efed',
  '#c3d0cc',
  '#a3b3af',
  '#7d8e8a',
  '#4b5a57',
  '#2b3735',
  '#131a19',
  '#18201f',
  '#121918',
  '#101615',
];

/** Mantine's side of the appearance; everything else is in base.css and the CSS modules. */
export const theme = createTheme({
  colors: { spruce, dark },
  primaryColor: 'spruce',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  defaultRadius: 8,
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: "'Inter Variable', 'Noto Sans', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
  headings: { fontFamily: "'Inter Variable', 'Noto Sans', system-ui, sans-serif", fontWeight: '650' },
  components: {
    Button: { defaultProps: { size: 'sm', variant: 'filled' } },
    Modal: {
      defaultProps: {
        centered: true,
        radius: 14,
        closeButtonProps: { 'aria-label': 'Close' },
        overlayProps: { backgroundOpacity: 0.45 },
        transitionProps: { duration: 120 },
      },
    },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true } },
  },
});

const nothing = () => undefined;

/** Light or dark is the system's choice alone, so nothing is remembered in the page's storage. */
export const followsSystem: MantineColorSchemeManager = {
  get: () => 'auto',
  set: nothing,
  subscribe: nothing,
  unsubscribe: nothing,
  clear: nothing,
};
