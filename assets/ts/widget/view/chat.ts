import back from "../../../icons/chevron-left.svg";
import down from "../../../icons/chevron-down.svg";
import close from "../../../icons/x.svg";
import more from "../../../icons/ellipsis.svg";
import type { Data } from "../data";
import { draw, make } from "../dom";
import { letters } from "../letters";
import { rows, type Row } from "../rows";
import type { Talk } from "../talk";
import { say } from "../words";
import { bubble, type Rescue } from "./bubbles";
import { avatar, iconButton, write } from "./face";
import { presenceOf } from "./home";
import { rating } from "./rating";

export interface Chat {
  element: HTMLElement;
  update(): void;
  focus(): void;
}

interface Doors extends Rescue {
  home(): void;
  leave(): void;
}

/** The conversation: what was said, who writes, and how far it has come. */
export function chat(data: Data, talk: Talk, doors: Doors): Chat {
  const name = make("h1", { tabindex: "-1" });
  const presence = make("p", { class: "presence" });
  const menu = endMenu(talk);
  const top = make(
    "header",
    { class: "top" },
    iconButton(back, say("widget.home"), doors.home),
    make("div", { class: "who" }, name, presence),
    menu,
    iconButton(close, say("widget.close"), doors.leave),
  );
  const log = make("ol", { class: "log" });
  const typing = make("div", { class: "typing", hidden: "" }, avatar(""), make("span", { class: "dots" }, make("i"), make("i"), make("i")));
  const place = make("p", { class: "line", hidden: "" });
  const newer = make("button", { type: "button", class: "newer", hidden: "" }, draw(down), say("widget.newer"));
  const scroll = make("div", { class: "scroll", tabindex: "0", "aria-label": say("widget.conversation"), role: "region" }, log, place, typing);
  const element = make("section", { class: "view chat" }, top, scroll, newer);
  const drawn = keyed(log, (row) => bubble(row, doors));

  const toEnd = () => scroll.scrollTo({ top: scroll.scrollHeight });
  const judge = rating({
    judged: (score, comment) => talk.rate(score, comment),
    grown: () => {
      end = true;
      toEnd();
    },
  });
  typing.after(judge.element);
  const atEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  let end = true; // what is shown is the end, or was when the last thing came
  newer.addEventListener("click", toEnd);
  scroll.addEventListener("scroll", () => {
    end = atEnd();
    newer.hidden ||= end;
  });
  const sizes = new ResizeObserver(() => end && toEnd()); // a line above the composer takes its place from here
  sizes.observe(scroll);
  sizes.observe(judge.element);
  log.addEventListener("load", () => end && toEnd(), true); // a picture takes its place when it comes

  const update = () => {
    write(name, talk.agent || data.shop);
    write(presence, !talk.online ? presenceOf(data, talk) : talk.agent ? data.shop : say("widget.here_all"));
    presence.classList.toggle("on", talk.online);
    menu.hidden = !talk.timeline.last;
    typing.hidden = !talk.typing;
    typing.firstElementChild!.textContent = letters(talk.typing);
    place.hidden = !talk.queue || talk.agent !== "";
    write(place, say("widget.queue", { place: talk.queue }));
    const follow = atEnd();
    judge.ask(talk.judged);
    const grown = drawn(rows(talk.timeline, talk.outbox.all, talk.seen));
    if (follow || grown?.kind === "message" && grown.mine) {
      toEnd();
    } else if (grown) {
      newer.hidden = false;
    }
  };
  return { element, update, focus: () => name.focus() };
}

/** Draws rows into a list and touches only what has changed. The drawer returns the last row if it is a new one. */
function keyed(into: HTMLElement, element: (row: Row) => HTMLElement): (rows: Row[]) => Row | undefined {
  let drawn = new Map<string, { shape: string; element: HTMLElement }>();
  return (all) => {
    const before = drawn;
    drawn = new Map();
    let next = into.firstElementChild;
    for (const row of all) {
      const shape = JSON.stringify(row);
      const known = before.get(row.key);
      const made = known?.shape === shape ? known.element : element(row);
      if (known && made !== known.element) {
        if (next === known.element) {
          next = made;
        }
        known.element.replaceWith(made);
      }
      if (made === next) {
        next = next.nextElementSibling;
      } else {
        into.insertBefore(made, next);
      }
      drawn.set(row.key, { shape, element: made });
    }
    for (let rest = next; rest; ) {
      const after = rest.nextElementSibling;
      rest.remove();
      rest = after;
    }
    const last = all.at(-1);
    return last && !before.has(last.key) ? last : undefined;
  };
}

function endMenu(talk: Talk): HTMLDetailsElement {
  const end = make("button", { type: "button" }, say("widget.end"));
  const label = say("widget.more");
  const menu = make("details", { class: "menu" }, make("summary", { class: "icon", "aria-label": label, title: label }, draw(more)), end);
  end.addEventListener("click", () => {
    menu.open = false;
    talk.end();
  });
  menu.addEventListener("focusout", (e) => {
    if (!menu.contains(e.relatedTarget as Node | null)) {
      menu.open = false;
    }
  });
  return menu;
}
