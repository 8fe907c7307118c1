import { draw, make } from "../dom";
import { say } from "../words";

export interface Rating {
  element: HTMLElement;
  ask(on: boolean): void;
}

const MOUTHS = [
  "M16 17s-1.5-3-4-3-4 3-4 3",
  "M16 16s-1.5-1.5-4-1.5S8 16 8 16",
  "M8 15h8",
  "M8 14s1.5 2 4 2 4-2 4-2",
  "M18 13a6 5 0 0 1-12 0h12Z",
];

interface Doors {
  judged(score: number, comment: string): void;
  grown(): void; // there is more of it to see
}

/** Asks how it was when a conversation is over: a face from one to five, and a word for whoever has one. */
export function rating({ judged, grown }: Doors): Rating {
  const faces = MOUTHS.map(face);
  const legend = make("legend", {}, say("widget.rate"));
  const comment = make("textarea", { rows: "2", maxlength: "2000", id: "judgement", "data-testid": "widget-comment" });
  const more = make(
    "div",
    { class: "labelled", hidden: "" },
    make("label", { for: "judgement" }, say("widget.rate_comment")),
    comment,
    make("button", { type: "submit", class: "primary" }, say("widget.rate_send")),
  );
  const element = make(
    "form",
    { class: "card rating", hidden: "", "data-testid": "widget-rating" },
    make("fieldset", {}, legend, make("div", { class: "faces" }, ...faces)),
    more,
  );
  element.addEventListener("change", () => {
    if (more.hidden) {
      more.hidden = false;
      grown();
    }
  });
  element.addEventListener("submit", (e) => {
    e.preventDefault();
    judged(Number(new FormData(element).get("score")), comment.value.trim());
    element.reset();
    more.hidden = true;
  });
  const ask = (on: boolean) => {
    const opens = on && element.hidden;
    element.hidden = !on;
    if (opens) {
      grown();
    }
  };
  return { element, ask };
}

function face(mouth: string, i: number): HTMLElement {
  const score = i + 1;
  const name = say(`widget.rate_${score}`);
  const input = make("input", { type: "radio", name: "score", value: `${score}`, class: "sr", "aria-label": name });
  const eye = (x: number): [string, Record<string, string>] => ["path", { d: `M${x} 9.5h.01` }];
  const drawn = draw([["circle", { cx: "12", cy: "12", r: "10" }], ["path", { d: mouth }], eye(9), eye(15)]);
  return make("label", { title: name }, input, drawn);
}
