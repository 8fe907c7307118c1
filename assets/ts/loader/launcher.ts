import chat from "../../icons/message-circle.svg";
import down from "../../icons/chevron-down.svg";
import type { Look } from "../widget/bridge";
import { draw, make } from "../widget/dom";
import { SHEET, styleOf } from "./look";
import { lang, say } from "./words";

/** The name of our one element on a shop's page. */
export const ELEMENT = "deskbell-widget";

export interface Launcher {
  host: HTMLElement; // its one child, once there is one, is the frame
  look(look: Look): void;
  unread(count: number): void;
  /** Opens or closes the panel; ready says that the frame in it has something to show. */
  show(open: boolean, ready: boolean): void;
  /** Says in the panel that the frame did not come, with a way to try again; an empty call takes it back. */
  failed(retry?: () => void): void;
  focus(): void;
}

/** Draws the launcher, once: a second call would be a second launcher, so start.ts asks first whether there is one. */
export function launcher(onClick: () => void, onEscape: () => void): Launcher {
  const badge = make("span", { class: "badge", hidden: "", "aria-hidden": "true" });
  const bell = make("button", { type: "button", class: "bell", "aria-haspopup": "dialog", "aria-expanded": "false" });
  const note = make("p", { role: "status" });
  const again = make("button", { type: "button" }, say("widget.loader_again"));
  const panel = make("div", { class: "panel" }, make("div", { class: "wait" }, note, again), make("slot"));
  const root = make("div", {}, bell, badge, panel);
  const host = make(ELEMENT as "div", { "data-testid": "widget-launcher", lang: lang || "en" });

  let open = false;
  let count = 0;
  const label = () => {
    const name = say(open ? "widget.loader_close" : "widget.loader_open");
    bell.setAttribute("aria-label", count ? `${name}. ${say("widget.loader_new").replace("{{.count}}", String(count))}` : name);
    bell.replaceChildren(draw(open ? down : chat));
  };
  label();

  const shadow = host.attachShadow({ mode: "open", delegatesFocus: true });
  const sheet = new CSSStyleSheet();
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(root);

  // The listener is on the host, so that a script of the page (or a test) may click the element that it can see.
  host.addEventListener("click", (e) => {
    if (!e.composedPath().includes(panel)) {
      onClick();
    }
  });
  host.addEventListener("keydown", (e) => e.key === "Escape" && open && onEscape());
  keepAboveKeyboard(panel);
  document.documentElement.append(host);

  return {
    host,
    look: (look) => sheet.replaceSync(styleOf(look)),
    unread: (now) => {
      count = now;
      badge.hidden = !now;
      badge.textContent = now > 9 ? "9+" : String(now);
      label();
    },
    show: (now, ready) => {
      open = now;
      root.className = (open ? "open " : "") + (ready ? "ready" : "");
      bell.setAttribute("aria-expanded", String(open));
      label();
    },
    failed: (retry) => {
      note.textContent = retry ? say("widget.loader_failed") : "";
      again.onclick = retry ?? null;
    },
    focus: () => bell.focus(),
  };
}

/** On a phone the keyboard covers what is fixed to the window; the sheet takes the part that is left. */
function keepAboveKeyboard(panel: HTMLElement): void {
  const view = window.visualViewport;
  view?.addEventListener("resize", () => {
    if (matchMedia(SHEET).matches) {
      panel.style.setProperty("--sheet", `${view.height}px`);
    }
  });
}
