// The list of tickets, which moves only while the reader is not pointing at it: nobody clicks on a row that was another one
// a moment ago. What waits is put in place as soon as the pointer leaves.
import { byID, element, openTicket, process } from "./dom";
import { before, type Placed, stays } from "./rows";

type Change = { row: HTMLElement } | { gone: string };

const waiting = new Map<string, Change>();

export function wakeList(): void {
  document.addEventListener("pointerout", settle);
  document.addEventListener("focusout", settle);
}

/** Takes a row as it is now. */
export function takeRow(html: string): void {
  const row = element(html);
  if (!row) {
    return;
  }
  dress(row);
  if (openTicket()?.dataset.ticket === row.dataset.ticket && document.visibilityState === "visible") {
    markRead(row);
  }
  const old = byID(row.id);
  if (old && stays(placed(), place(row))) {
    waiting.delete(row.id);
    keepFocus(old, row);
    process(row);
    return;
  }
  change(row.id, { row });
}

/** Takes a row away. */
export function dropRow(id: string): void {
  if (byID(id) || waiting.has(id)) {
    change(id, { gone: id });
  }
}

let here = new Set<string>(); // rows whose customers are in the room

/** Takes which rows' customers are in the room now. */
export function markHere(ids: string): void {
  here = new Set(ids.split(" "));
  for (const row of document.querySelectorAll<HTMLElement>("#rows > .item")) {
    dress(row);
  }
}

function dress(row: HTMLElement): void {
  row.querySelector(".avatar")?.classList.toggle("avatar-here", here.has(row.id));
}

export function markRead(row: Element): void {
  row.classList.remove("item-unread");
  row.querySelector("[data-testid=unread]")?.remove();
}

function change(id: string, what: Change): void {
  waiting.set(id, what);
  settle();
}

/** Puts in place what waits, unless the reader points at the list. */
function settle(): void {
  setTimeout(() => {
    const list = byID("list");
    if (!list || list.matches(":hover") || list.contains(document.activeElement)) {
      return;
    }
    const was = tops();
    for (const what of waiting.values()) {
      apply(what);
    }
    waiting.clear();
    slide(was);
  }); // not by the next frame: a page that nobody looks at draws none
}

/** Where the rows stand on the screen. */
function tops(): Map<string, number> {
  return new Map(placed().map(({ id, element }) => [id, element.getBoundingClientRect().top]));
}

/** Lets the rows that had to move slide from where they stood: nothing jumps. */
function slide(was: Map<string, number>): void {
  if (document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches) {
    return; // a page that nobody looks at draws no frame, and would hold them there
  }
  const rows = placed();
  for (const { id, element } of rows) {
    if (was.has(id)) {
      endSlide(element); // those on their way go on from where they are seen now
    }
  }
  const is = tops();
  for (const { id, element } of rows) {
    const by = (was.get(id) ?? is.get(id) ?? 0) - (is.get(id) ?? 0);
    if (by !== 0) {
      slideFrom(element, `0 ${by}px`);
    }
  }
}

function endSlide(row: HTMLElement): void {
  row.classList.remove("item-arrives");
  row.style.translate = "";
  for (const way of row.getAnimations()) {
    way.cancel();
  }
}

/** Holds a row where it stood for the frame in which it moves, which is no shift to a browser then, and lets it go. */
function slideFrom(row: HTMLElement, from: string): void {
  row.style.translate = from;
  const held = row.style.translate; // as the browser writes it
  requestAnimationFrame(() => requestAnimationFrame(() => {
    if (row.style.translate === held) {
      row.style.translate = "";
      row.animate({ translate: [from, "0 0"] }, { duration: 180, easing: "ease-out" });
    }
  }));
}

function apply(what: Change): void {
  const rows = byID("rows");
  if ("gone" in what) {
    byID(what.gone)?.remove();
    return;
  }
  const { row } = what;
  const old = byID(row.id);
  if (!rows || (!old && byID("desk")?.dataset.later !== undefined)) {
    return; // a later page of the list takes nothing new
  }
  const next = before(placed(), place(row));
  row.classList.add("item-arrives");
  dress(row); // while it waited, somebody may have come
  old?.remove();
  rows.insertBefore(row, next?.element ?? null);
  process(row);
}

/** Exchanges a row where it stands, without taking the focus away from it. */
function keepFocus(old: Element, row: Element): void {
  const focused = old.contains(document.activeElement);
  old.replaceWith(row);
  if (focused) {
    row.querySelector<HTMLElement>(".item-link")?.focus({ preventScroll: true });
  }
}

function placed(): (Placed & { element: HTMLElement })[] {
  return [...document.querySelectorAll<HTMLElement>("#rows > .item")].map(place);
}

function place(element: HTMLElement): Placed & { element: HTMLElement } {
  return { id: element.id, moved: Number(element.dataset.moved), element };
}
