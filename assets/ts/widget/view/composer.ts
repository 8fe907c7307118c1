import send from "../../../icons/arrow-up.svg";
import { draw, make } from "../dom";
import { preview } from "../mask";
import { say } from "../words";
import { write } from "./face";
import type { Tray } from "./tray";

export interface Composer {
  element: HTMLFormElement;
  text: string;
  focus(): void;
  /** Takes the tray from whoever has it. */
  hold(): void;
  /** What can be sent has changed, or something cannot and this is why. */
  check(complaint?: string): void;
  /** A text of more bytes than this is not sent; off: nothing is. Watched: agents see it before it is sent, and that is said. */
  allow(limit: number, off: boolean, watched: boolean): void;
}

const STILL = 3000; // milliseconds without a key until the visitor no longer types

/** Where the visitor writes. `said` gets the text, `types` hears at most four times a second that it grows. */
export function composer(files: Tray, said: (text: string) => void, types: (on: boolean, text: string) => void): Composer {
  const input = make("textarea", {
    "data-testid": "widget-input",
    rows: "1",
    enterkeyhint: "send",
    "aria-label": say("widget.write"),
    "aria-describedby": "watched",
    placeholder: say("widget.write"),
  });
  const button = make("button", { type: "submit", class: "send", "data-testid": "send", "aria-label": say("widget.send"), title: say("widget.send") }, draw(send));
  const hint = make("p", { class: "hint", role: "alert" });
  const notice = make("p", { class: "watched", id: "watched", hidden: "" }, say("widget.watched"));
  const field = make("div", { class: "field" }, input, button);
  const element = make("form", { class: "composer" }, field, hint, notice);
  const signs = signal(types);
  let limit = Infinity;
  let off = false;
  let entered = false; // the key is down that sends

  const check = (complaint = "") => {
    const size = new TextEncoder().encode(input.value).length;
    const tooLong = size > limit;
    write(hint, tooLong ? say("widget.error_too_long") : complaint);
    button.disabled = off || tooLong || files.busy || (!input.value.trim() && files.empty);
    return !button.disabled;
  };
  input.addEventListener("input", () => {
    check();
    signs(input.value);
  });
  input.addEventListener("keydown", (e) => {
    const plainEnter = e.key === "Enter" && !e.shiftKey && !e.isComposing; // composing: it chooses a word
    if (plainEnter && !matchMedia("(pointer: coarse)").matches) {
      e.preventDefault();
      entered = true;
      element.requestSubmit();
    }
  });
  input.addEventListener("keyup", () => (entered = false));
  input.addEventListener("beforeinput", (e) => {
    if (e.inputType === "insertLineBreak" && (entered || !input.value)) {
      e.preventDefault(); // some keyboards send one after the key; and no message begins with it
    }
  });
  element.addEventListener("submit", (e) => {
    e.preventDefault();
    if (check(files.busy ? say("widget.file_wait") : "")) {
      said(input.value.trim());
      input.value = "";
      check();
      signs("");
      input.focus();
    }
  });
  const hold = () => {
    element.prepend(files.list);
    field.prepend(files.button);
  };
  hold();
  check();

  return {
    element,
    get text() {
      return input.value;
    },
    set text(text) {
      input.value = text;
      check();
    },
    focus: () => input.focus(),
    hold,
    check: (complaint) => void check(complaint),
    allow: (bytes, nothing, watched) => {
      limit = bytes;
      off = nothing;
      notice.hidden = !watched;
      check(hint.textContent ?? "");
    },
  };
}

const APART = 250; // milliseconds between two signs

/** Turns keystrokes into few signs: on while it grows, the last state included, and off when it rests or is empty. */
function signal(types: (on: boolean, text: string) => void): (text: string) => void {
  let last = 0;
  let on = false;
  let next: ReturnType<typeof setTimeout>;
  let rest: ReturnType<typeof setTimeout>;
  const stop = () => {
    clearTimeout(next);
    if (on) {
      on = false;
      types(false, "");
    }
  };
  const sign = (text: string) => {
    last = Date.now();
    on = true;
    types(true, preview(text));
  };
  return (text) => {
    clearTimeout(next);
    clearTimeout(rest);
    if (!text.trim()) {
      return stop();
    }
    next = setTimeout(() => sign(text), Math.max(0, last + APART - Date.now()));
    rest = setTimeout(stop, STILL);
  };
}
