// What belongs together on the screen after a click has exchanged the open ticket: the row that is marked, the column that a
// phone shows, a button that is at work.
import { byID, onScreen, openTicket, type Swap, tell } from "./dom";
import { markRead } from "./list";

let noting: string | undefined; // the ticket whose composer stands on the note, where a tag or a new taker leaves it

export function wakePanes(): void {
  onScreen(arrange);
  document.addEventListener("htmx:before:swap", () => {
    noting = noteTab()?.checked ? openTicket()?.dataset.ticket : undefined;
  });
  document.addEventListener("htmx:before:request", (event) => busy(event, true));
  document.addEventListener("htmx:finally:request", (event) => busy(event, false));
  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = (event as CustomEvent<Swap>).detail;
    if ((ctx.response?.status ?? 0) < 400) {
      forgetTrouble();
    }
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && forgetTrouble());
  document.addEventListener("click", forgetTrouble);
  document.addEventListener("htmx:before:request", (event) => notSent(event, false));
  document.addEventListener("htmx:error", (event) => {
    if (!notSent(event, true)) {
      tell(byID("line-lost")?.dataset.notDone ?? "");
    }
  });
}

/** Takes an error away that a part was answered with. */
function forgetTrouble(): void {
  byID("trouble")?.replaceChildren();
}

/** Says beside a composer whether what stands in it could not be sent, for as long as that is so; false where there is none. */
function notSent(event: Event, failed: boolean): boolean {
  const { ctx } = (event as CustomEvent<Partial<Swap>>).detail;
  const sign = ctx?.sourceElement.querySelector<HTMLElement>("[data-not-sent]");
  sign?.toggleAttribute("hidden", !failed);
  return sign != null;
}

function noteTab(): HTMLInputElement | null {
  return byID("composer-note") as HTMLInputElement | null;
}

function arrange(): void {
  const desk = byID("desk");
  const open = openTicket();
  const tab = noteTab();
  if (tab && noting && open?.dataset.ticket === noting) {
    tab.checked = true;
  }
  desk?.classList.toggle("desk-open", open !== null);
  for (const link of document.querySelectorAll(".item-link[aria-current]")) {
    link.removeAttribute("aria-current");
  }
  const row = open && byID("row-" + open.dataset.ticket);
  if (row) {
    row.querySelector(".item-link")?.setAttribute("aria-current", "true");
    markRead(row);
  }
}

/** Marks the button whose form is under way, so that nobody clicks twice. */
function busy(event: Event, on: boolean): void {
  const { ctx } = (event as CustomEvent<{ ctx: { sourceElement: Element; sourceEvent?: Event } }>).detail;
  const button = (ctx.sourceEvent as SubmitEvent | undefined)?.submitter;
  if (button) {
    button.toggleAttribute("aria-busy", on);
    button.classList.toggle("button-busy", on);
  }
}
