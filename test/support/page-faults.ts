/**
 * Runs in a window's page (so it names nothing from outside of itself): faults that axe-core doesn't see. The page
 * itself scrolls, though only parts of it should; or a checkbox or switch stands out by less than 3:1 (WCAG 1.4.11).
 */
export function pageFaults(): string[] {
  type Color = [number, number, number, number];
  const colorOf = (text: string): Color => {
    const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return [r, g, b, a];
  };
  const lightness = ([r, g, b]: Color): number => {
    const [x, y, z] = [r, g, b].map((part) => {
      const value = part / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (one: Color, other: Color): number => {
    const [light = 0, dark = 0] = [lightness(one), lightness(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const groundOf = (element: Element): Color => {
    for (let at = element.parentElement; at; at = at.parentElement) {
      const color = colorOf(getComputedStyle(at).backgroundColor);
      if (color[3] > 0) return color;
    }
    return [255, 255, 255, 1];
  };
  const faint: string[] = [];
  const hold = (what: string, one: Color, other: Color): void => {
    const found = contrast(one, other);
    if (found < 3) faint.push(`${what} stands out by ${found.toFixed(2)}:1 only`);
  };
  for (const box of document.querySelectorAll('.mantine-Checkbox-input:not(:disabled)')) {
    const { borderTopColor, backgroundColor } = getComputedStyle(box);
    const [border, fill] = [colorOf(borderTopColor), colorOf(backgroundColor)];
    hold('a checkbox', border[3] > 0 ? border : fill, groundOf(box));
  }
  for (const track of document.querySelectorAll('.mantine-Switch-input:not(:disabled) + *')) {
    const color = colorOf(getComputedStyle(track).backgroundColor);
    hold('a switch', color, groundOf(track));
    const thumb = track.querySelector('.mantine-Switch-thumb');
    if (thumb) hold('a switch’s thumb', colorOf(getComputedStyle(thumb).backgroundColor), color);
  }
  const { scrollHeight } = document.documentElement;
  return scrollHeight > innerHeight + 1
    ? [...faint, `the page itself scrolls: it is ${scrollHeight} high in ${innerHeight}`]
    : faint;
}
