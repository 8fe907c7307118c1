// Every row of a conversation as an element.
import { draw, make } from "../dom";
import file from "../../../icons/paperclip.svg";
import type { Attachment } from "../protocol";
import type { Mark, Message, Row } from "../rows";
import { clock, day, say } from "../words";
import { avatar } from "./face";
import { plain, prose, safe } from "./prose";

/** What a bubble of words that did not arrive offers. */
export interface Rescue {
  retry(id: string): void;
  edit(id: string): void;
}

export function bubble(row: Row, rescue: Rescue): HTMLElement {
  switch (row.kind) {
    case "day":
      return make("li", { class: "day" }, make("span", {}, day(new Date(row.at))));
    case "line":
      return make("li", { class: "line" }, row.event.kind === "rated" ? say("widget.rated") : say("widget.ended"));
    case "message":
      return message(row, rescue);
  }
}

function message(m: Message, rescue: Rescue): HTMLElement {
  const at = new Date(m.at);
  const words = make("div", { class: "bubble", dir: "auto" }, ...(m.html ? prose(m.html) : plain(m.text)), ...m.attachments.map(attached));
  const who = make("span", { class: "sr" }, `${m.mine ? say("widget.you") : m.name}, ${clock(at)}: `);
  const side = m.mine ? "mine" : "theirs";
  const run = (m.first ? " first" : "") + (m.last ? " last" : "");
  const item = make("li", { class: `message ${side}${run}`, "data-testid": "message" });
  if (!m.mine && m.last) {
    item.append(avatar(m.name || "?"));
  }
  item.append(who, words);
  if (m.last || m.mark === "failed" || m.mark === "seen") {
    item.append(foot(m, at, rescue));
  }
  return item;
}

function foot(m: Message, at: Date, rescue: Rescue): HTMLElement {
  if (m.mark === "failed") {
    return failed(m, rescue);
  }
  const name = m.mine || !m.name ? "" : `${m.name} · `;
  const time = make("time", { datetime: at.toISOString() }, clock(at));
  const mark = m.mark ? ` · ${markOf(m.mark)}` : "";
  return make("div", { class: "foot", "aria-hidden": m.mark ? "false" : "true" }, name, time, mark);
}

function markOf(mark: Mark): string {
  return say(mark === "seen" ? "widget.seen" : mark === "delivered" ? "widget.delivered" : "widget.sending");
}

function failed(m: Message, rescue: Rescue): HTMLElement {
  const retry = make("button", { type: "button", class: "text" }, say("widget.retry"));
  retry.addEventListener("click", () => rescue.retry(m.id));
  const edit = make("button", { type: "button", class: "text" }, say("widget.edit"));
  edit.addEventListener("click", () => rescue.edit(m.id));
  return make("div", { class: "foot failed" }, m.why || say("widget.error_other"), " ", retry, " ", edit);
}

function attached(a: Attachment): HTMLElement {
  const href = a.url && safe(a.url);
  if (!href) {
    return make("span", { class: "attached" }, draw(file), make("span", {}, a.name)); // it is not there yet
  }
  const link = make("a", { class: "attached", href, target: "_blank", rel: "noopener noreferrer" });
  if (/^image\/(png|jpeg|gif|webp)$/.test(a.type)) {
    link.append(make("img", { src: href, alt: a.name, loading: "lazy" }));
  } else {
    link.append(draw(file), make("span", {}, a.name));
  }
  return link;
}
