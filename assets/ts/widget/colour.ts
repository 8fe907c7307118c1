// A shop chooses one colour; what is written on it must be readable whichever it is.

const HEX = /^#[0-9a-f]{6}$/i;

/** The shop's colour if it is one, else ours. */
export function colourOf(wanted: unknown): string {
  return typeof wanted === "string" && HEX.test(wanted) ? wanted : "#0e6a64";
}

/** The ink, light or dark, that stands out more on a ground (WCAG 2.2, relative luminance). */
export function inkOn(ground: string): string {
  const light = luminance(ground);
  return 1.05 / (light + 0.05) >= (light + 0.05) / 0.06 ? "#ffffff" : "#1c1a17";
}

function luminance(colour: string): number {
  const channel = (at: number) => {
    const c = parseInt(colour.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}
