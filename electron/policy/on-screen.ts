/** A place and a size in a screen's own dots, before any scaling. */
export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A window wholly inside of what the system leaves free of a screen, as little changed as can be. */
export function within(window: Bounds, area: Bounds): Bounds {
  const width = Math.min(window.width, area.width);
  const height = Math.min(window.height, area.height);
  return {
    x: clamp(window.x, area.x, area.x + area.width - width),
    y: clamp(window.y, area.y, area.y + area.height - height),
    width,
    height,
  };
}

const clamp = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), max);
