import send from "../../../icons/arrow-up.svg";
import { draw, make } from "../dom";
import { preview } from "../mask";
import { say } from "../words";

export interface Composer {
  element: HTMLFormElement;
  text: string;
  focus(): void;
  /** A text of more bytes than this is not sent; off: nothing is. Watched: agents see it before it is sent, and that is said. */
  allow(limit: number, off: boolean, watched: boolean): void;
}

const STILL = 3000; // milliseconds without a key until the visitor no longer types

/** Where the visitor writes. `said` gets the text, `types` hears at most four times a second that it grows. */
export function composer(said: (text: string) => void, types: (on: boolean, text: string) => void): Composer {
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
  const element = make("form", { class: "composer" }, make("div", { class: "field" }, input, button), hint, notice);
  const signs = signal(types);
  let limit = Infinity;
  let off = false;

  const check = () => {
    const size = new TextEncoder().encode(input.value).length;
    const tooLong = size > limit;
    hint.textContent = tooLong ? say("widget.error_too_long") : "";
    button.disabled = off || tooLong || !input.value.trim();
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
      element.requestSubmit();
    }
  });
  input.addEventListener("beforeinput", (e) => {
    if (e.inputType === "insertLineBreak" && !input.value) {
      e.preventDefault(); // no message begins with a line break; some keyboards send one after the key
    }
  });
  element.addEventListener("submit", (e) => {
    e.preventDefault();
    if (check()) {
      said(input.value.trim());
      input.value = "";
      check();
      signs("");
      input.focus();
    }
  });
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
    allow: (bytes, nothing, watched) => {
      limit = bytes;
      off = nothing;
      notice.hidden = !watched;
      check();
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
