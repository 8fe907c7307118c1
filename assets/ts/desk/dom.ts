// What the modules of the desk share of the page.

/** htmx as far as we call it; it loads before us. */
interface Htmx {
  process(root: Element): void;
}

/** What htmx tells with its events. */
export interface Swap {
  ctx: { sourceElement: Element; response?: { status: number } };
}

export function byID(id: string): HTMLElement | null {
  return document.getElementById(id);
}

/** Makes an element of what the server drew, and lets htmx know its links and forms. */
export function element(html: string): HTMLElement | null {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild as HTMLElement | null;
}

export function process(root: Element): void {
  (window as unknown as { htmx?: Htmx }).htmx?.process(root);
}

/** Calls then after the screen has changed by a click: once now, and after every such change. */
export function onScreen(then: () => void): void {
  then();
  document.addEventListener("htmx:after:swap", then);
}

/** The ticket that stands open, or nothing. */
export function openTicket(): HTMLElement | null {
  const open = byID("open");
  return open?.dataset.ticket ? open : null;
}

/** Shows a short word about something that did not work. */
export function tell(words: string): void {
  const toasts = byID("toasts");
  if (!toasts) {
    return;
  }
  const toast = document.createElement("div");
  toast.className = "toast toast-trouble";
  toast.dataset.testid = "toast";
  toast.textContent = words;
  toasts.append(toast);
  setTimeout(() => toast.remove(), 8000);
}
