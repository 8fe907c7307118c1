// What the house tells a page: parts of it as they are now, drawn by the server.
import { byID, element, process } from "./dom";
import { dropRow, markHere, takeRow } from "./list";

/** One change of the page. */
export interface Do {
  what: "row" | "gone" | "event" | "part" | "here";
  id: string;
  html?: string;
}

/** Says in the browser's tab how many tickets have something new, while nobody looks at it. */
export function countInTitle(): void {
  const unread = document.hidden ? document.querySelectorAll("#rows > .item-unread").length : 0;
  const title = document.title.replace(/^\(\d+\) /, "");
  document.title = unread > 0 ? `(${unread}) ${title}` : title;
}

export function apply(changes: Do[]): void {
  for (const change of changes) {
    switch (change.what) {
      case "row":
        takeRow(change.html ?? "");
        break;
      case "gone":
        dropRow(change.id);
        break;
      case "event":
        append(change.id, change.html ?? "");
        break;
      case "part":
        exchange(change.id, change.html ?? "");
        break;
      case "here":
        markHere(change.id);
        break;
    }
  }
}

/** Adds an event at the end of the timeline; one that is there already came with the page. */
function append(id: string, html: string): void {
  const timeline = byID("timeline");
  const event = element(html);
  if (!timeline || !event || byID(id)) {
    return;
  }
  timeline.append(event);
  process(event);
  if (event.dataset.from === "agent" && !event.hasAttribute("data-mine")) {
    warn();
  }
}

/** Says beside an answer that is being written that somebody else has just answered. */
function warn(): void {
  const box = byID("reply-box") as HTMLTextAreaElement | null;
  const place = byID("newer");
  const words = byID("newer-words") as HTMLTemplateElement | null;
  if (box?.value.trim() && place && words) {
    place.replaceChildren(words.content.cloneNode(true));
  }
}

/** Exchanges a part of the page, but not under the hands of somebody who uses it. */
function exchange(id: string, html: string): void {
  const old = byID(id);
  const part = element(html);
  if (!old || !part || old.outerHTML === html) {
    return;
  }
  if (old.querySelector(":popover-open, dialog[open]") || (old.contains(document.activeElement) && old !== document.activeElement)) {
    later.set(id, html);
    return;
  }
  later.delete(id);
  old.replaceWith(part);
  process(part);
}

const later = new Map<string, string>();

/** Exchanges what could not be exchanged before. */
export function catchUp(): void {
  for (const [id, html] of later) {
    exchange(id, html);
  }
}
