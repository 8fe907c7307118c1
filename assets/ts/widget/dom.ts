import type shapes from "*.svg";

/** An element with attributes and children. Nothing is ever set as HTML: a page with Trusted Types would refuse it. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** A drawing on a field of 24 by 24, which screen readers pass over. */
export function draw(drawing: typeof shapes): SVGSVGElement {
  const element = <K extends keyof SVGElementTagNameMap>(name: K, attributes: Record<string, string>) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    return made;
  };
  const svg = element("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
  svg.append(...drawing.map(([name, attributes]) => element(name as keyof SVGElementTagNameMap, attributes)));
  return svg;
}
