import { make } from "../dom";
import type { Fields } from "../protocol";
import { say } from "../words";
import { write } from "./face";
import type { Tray } from "./tray";

export interface Form {
  element: HTMLFormElement;
  text: string;
  focus(): void;
  /** Takes the tray from whoever has it. */
  hold(): void;
  /** What can be sent has changed, or something cannot and this is why. */
  check(complaint?: string): void;
  /** Puts something beside the message, where it moves nothing. */
  beside(what: HTMLElement): void;
}

/** What stands in for the chat while nobody is here: a message becomes a ticket, and the answer comes by e-mail. */
export function form(files: Tray, sent: (fields: Fields) => void): Form {
  const name = field("name", make("input", { type: "text", autocomplete: "name", maxlength: "200", "data-testid": "widget-name" }));
  const email = field("email", make("input", { type: "email", autocomplete: "email", maxlength: "254", "data-testid": "widget-email" }));
  const text = field("text", make("textarea", { rows: "4", "data-testid": "widget-input" }));
  const button = make("button", { type: "submit", class: "primary", "data-testid": "send" }, say("widget.form_send"));
  const hint = make("p", { class: "complaint", role: "alert" });
  const tools = make("div", { class: "tools" }, button);
  const element = make("form", { class: "card form", novalidate: "" }, name.element, email.element, text.element, hint, tools);

  element.addEventListener("submit", (e) => {
    e.preventDefault();
    email.complain(addressed(email.value.trim()));
    text.complain(problem(text.value));
    const wrong = element.querySelector<HTMLElement>("[aria-invalid=true]");
    if (wrong) {
      wrong.focus();
      return;
    }
    if (files.busy) {
      return write(hint, say("widget.file_wait"));
    }
    const fields = { name: name.value, email: email.value, text: text.value };
    text.value = ""; // first: what is left in the form moves to the composer
    sent(fields);
  });

  return {
    element,
    get text() {
      return text.value;
    },
    set text(words) {
      text.value = words;
    },
    hold: () => {
      hint.before(files.list);
      tools.prepend(files.button);
    },
    check: (complaint = "") => write(hint, complaint),
    focus: () => (name.value ? text : name).focus(),
    beside: (what) => text.element.append(what),
  };
}

function addressed(email: string): string {
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) {
    return say("widget.form_email_wanted");
  }
  return /\.[^.]+$/.test(email.split("@")[1]!) ? "" : say("widget.form_email_whole");
}

function problem(text: string): string {
  if (!text) {
    return say("widget.form_text_wanted");
  }
  return new TextEncoder().encode(text).length > 16_384 ? say("widget.error_too_long") : "";
}

/** A labelled field with its complaint below. */
function field(name: "name" | "email" | "text", input: HTMLInputElement | HTMLTextAreaElement) {
  const complaint = make("p", { class: "complaint", id: `${name}-complaint` });
  input.id = input.name = name;
  const element = make("div", { class: "labelled" }, make("label", { for: name }, say(`widget.form_${name}`)), input, complaint);
  return {
    element,
    get value() {
      return input.value.trim();
    },
    set value(now) {
      input.value = now;
    },
    focus: () => input.focus(),
    complain: (about: string) => {
      complaint.textContent = about;
      input.setAttribute("aria-invalid", String(about !== ""));
      input.setAttribute("aria-describedby", about ? complaint.id : "");
    },
  };
}
