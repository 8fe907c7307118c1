// The small things that every view draws with.
import { draw, make } from "../dom";
import { letters } from "../letters";
import type shapes from "*.svg";

/** A button that shows only a drawing; its name is for screen readers and as a hint. */
export function iconButton(drawing: typeof shapes, name: string, onClick?: () => void): HTMLButtonElement {
  const button = make("button", { type: "button", class: "icon", "aria-label": name, title: name }, draw(drawing));
  if (onClick) {
    button.addEventListener("click", onClick);
  }
  return button;
}

/** The first letters of a name, on a round field. */
export function avatar(name: string): HTMLElement {
  return make("span", { class: "avatar", "aria-hidden": "true" }, letters(name));
}

/** Sets an element's text only when it differs: a live region says again whatever is written into it. */
export function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}
