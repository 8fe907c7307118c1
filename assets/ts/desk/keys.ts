// The keyboard. A key does what the element that names it does when it is clicked (data-key), so a key can never do what the
// page does not offer; j and k walk the list, and g with a letter goes to a view (data-go). Escape leaves the field that would
// otherwise take the keys.
import { byID } from "./dom";

let going = 0; // until when a letter after g counts

export function wakeKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      send(event);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
      return;
    }
    if (event.key === "Escape") {
      leave(event);
      return;
    }
    if (writesAt(event.target)) {
      return;
    }
    if (press(event.key)) {
      event.preventDefault();
    }
  });
  document.addEventListener("change", (event) => {
    const tab = event.target as HTMLInputElement;
    if (tab.name === "composer") {
      byID(tab.id === "composer-note" ? "note-box" : "reply-box")?.focus();
    }
  });
}

/** Whether a key belongs to what has the focus: a field, or a dialog that waits for an answer. */
function writesAt(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input:not([type=radio]), textarea, select, [contenteditable], dialog[open]") !== null;
}

/**
 * Takes the focus out of a field, so that the next key is a shortcut and no letter in an answer. What floats above the page is
 * the browser's to close first. What was typed stays, in a search field too, which the browser would empty.
 */
function leave(event: KeyboardEvent): void {
  if (!event.defaultPrevented && writesAt(event.target) && !document.querySelector(":popover-open, dialog[open]")) {
    event.preventDefault();
    (event.target as HTMLElement).blur();
  }
}

function press(key: string): boolean {
  const now = performance.now();
  if (going > now) {
    going = 0;
    return click(`[data-go="${CSS.escape(key)}"]`);
  }
  switch (key) {
    case "g":
      going = now + 1500;
      return true;
    case "j":
      return walk(1);
    case "k":
      return walk(-1);
  }
  return key.length === 1 && click(`[data-key="${CSS.escape(key)}"]`);
}

function click(selector: string): boolean {
  const element = document.querySelector<HTMLElement>(selector);
  if (!element) {
    return false;
  }
  element.click();
  if (element instanceof HTMLLabelElement) {
    element.control?.dispatchEvent(new Event("change", { bubbles: true })); // it may have been chosen already
  }
  return true;
}

/** Moves the focus along the list, from the open ticket if it is elsewhere. */
function walk(step: number): boolean {
  const links = [...document.querySelectorAll<HTMLElement>(".item-link")];
  const focused = links.indexOf(document.activeElement as HTMLElement);
  const from = focused >= 0 ? focused : links.findIndex((link) => link.hasAttribute("aria-current"));
  const next = links[from < 0 ? 0 : from + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return links.length > 0;
}

/** Sends the form that is being written. */
function send(event: KeyboardEvent): void {
  const form = (event.target as Element).closest<HTMLFormElement>("form[data-draft]");
  if (form) {
    event.preventDefault();
    form.requestSubmit(form.querySelector<HTMLButtonElement>("button[type=submit]"));
  }
}
