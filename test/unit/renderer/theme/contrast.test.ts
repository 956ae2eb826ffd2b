import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync('renderer/theme/base.css', 'utf8');

/** A token's colour in one scheme, as base.css has it. */
function colorOf(token: string, scheme: 'light' | 'dark'): string {
  const [, light = '', dark = ''] =
    new RegExp(`${token}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(css) ?? [];
  const color = scheme === 'light' ? light : dark;
  if (color === '') throw new Error(`base.css has no ${token}`);
  return color;
}

function lightness(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [lightness(one), lightness(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** What a rule of base.css sets a property to. */
function ruled(selector: string, property: string): string {
  const rule = css.slice(css.indexOf(`${selector} {`));
  return new RegExp(`${property}: var\\((--[\\w-]+)\\)`).exec(rule.slice(0, rule.indexOf('}')))?.[1] ?? '';
}

describe.each(['light', 'dark'] as const)('in the %s scheme', (scheme) => {
  const grounds = ['--ck-ground', '--ck-surface', '--ck-raised', '--ck-sunken'];
  const unticked = ':root .mantine-Checkbox-input:not(:checked, :indeterminate, :disabled)';
  it.each([
    ['a checkbox', unticked, 'border-color'],
    ['a switch that is off', ':root .mantine-Switch-track', '--switch-bg'],
  ])('%s stands out by 3:1 on every ground', (_name, selector, property) => {
    const color = colorOf(ruled(selector, property), scheme);
    for (const ground of grounds) {
      expect([ground, contrast(color, colorOf(ground, scheme)) >= 3]).toEqual([ground, true]);
    }
    expect(contrast(color, '#ffffff')).toBeGreaterThanOrEqual(3); // the switch's thumb
  });

  it('what is ticked or on stands out, and so does the mark on it', () => {
    const accent = colorOf('--ck-accent', scheme);
    for (const ground of grounds) expect(contrast(accent, colorOf(ground, scheme))).toBeGreaterThanOrEqual(3);
    expect(contrast(accent, colorOf('--ck-on-accent', scheme))).toBeGreaterThanOrEqual(3);
  });
});

it('computes contrast as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});
