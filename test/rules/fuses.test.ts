import { describe, expect, it } from 'vitest';
import { FUSES } from '../../electron/policy/fuses.ts';
import { readProjectFile } from './source.ts';

/** The `electronFuses` block of electron-builder.yml: flat, one `name: true|false` a line. */
function configuredFuses(yaml: string): Record<string, boolean> {
  const block = /^electronFuses:\n((?: {2}\w+: (?:true|false)\n)+)/m.exec(yaml)?.[1] ?? '';
  const lines = block.trimEnd().split('\n');
  return Object.fromEntries(
    lines.map((line) => line.trim().split(': ')).map(([name, on]) => [name, on === 'true']),
  );
}

describe('the packaged app', () => {
  it('has exactly the fuses the policy names', () => {
    expect(configuredFuses(readProjectFile('electron-builder.yml'))).toEqual({ ...FUSES });
  });
});
