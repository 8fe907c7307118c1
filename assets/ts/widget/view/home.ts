import on from "../../../icons/arrow-right.svg";
import close from "../../../icons/x.svg";
import type { Article, Data } from "../data";
import { draw, make } from "../dom";
import { answerBy, backAt, inTime } from "../hours";
import type { Talk } from "../talk";
import { clock, list, moment, say } from "../words";
import { avatar, iconButton, write } from "./face";
import type { Form } from "./form";
import { wordsOf } from "./prose";
import { search } from "./search";

export interface Home {
  element: HTMLElement;
  /** Draws what has changed; by form: that is where the visitor writes just now. */
  update(byForm: boolean): void;
  /** Offers articles that may answer what is being written. */
  about(message: string): void;
}

interface Doors {
  leave(): void; // closes the widget
  enter(): void; // goes on with the conversation
  read(article: Article): Promise<boolean>; // shows it here; false if it cannot be had
}

/** The first page: who we are, whether somebody is here, what is already answered, and how to reach us. */
export function home(data: Data, talk: Talk, form: Form, doors: Doors): Home {
  const presence = make("p", { class: "presence" });
  const promise = make("p", { class: "promise", "data-testid": "answers-in" });
  const team = make("div", { class: "team" }, ...data.team.slice(0, 3).map(avatar));
  const top = make(
    "header",
    { class: "top hello" },
    make("div", { class: "bar" }, make("span", { class: "shop" }, data.shop), iconButton(close, say("widget.close"), doors.leave)),
    make("h1", { tabindex: "-1" }, data.greeting || say("widget.greeting")),
    make("div", { class: "here" }, team, make("div", {}, presence, promise)),
  );

  const last = make("span", { class: "last" });
  const when = make("time", {});
  const running = make(
    "button",
    { type: "button", class: "card running", "data-testid": "widget-running" },
    make("span", { class: "words" }, make("strong", {}, say("widget.running")), last),
    when,
    draw(on),
  );
  running.addEventListener("click", doors.enter);

  const offline = make("div", { class: "offline" }, make("h2", {}, say("widget.form_title")), form.element);
  const help = search(data, doors.read);
  form.beside(help.hint);
  const scroll = make("div", { class: "scroll" }, running, help.element);
  const element = make("section", { class: "view home" }, top, scroll);

  const update = (byForm: boolean) => {
    write(presence, presenceOf(data, talk));
    presence.classList.toggle("on", talk.online);
    write(promise, talk.online ? "" : promiseOf(data)); // who is here needs no promise
    team.hidden = !talk.asBefore;
    running.hidden = !talk.begun;
    if (!byForm) {
      offline.remove(); // not only hidden: the page has one place to write at a time
    } else if (!offline.isConnected) {
      scroll.prepend(offline);
    }
    const event = talk.timeline.events.findLast((e) => e.kind === "message");
    write(last, event ? wordsOf(event) : say("widget.waiting"));
    write(when, event ? clock(new Date(event.at)) : "");
  };
  return { element, update, about: help.about };
}

/** One sentence on who is here, or when we are back. */
export function presenceOf(data: Data, talk: Talk): string {
  const names = talk.agent ? [talk.agent] : talk.asBefore ? data.team.slice(0, 3) : [];
  if (talk.online) {
    return names.length ? say("widget.here", { names: list(names), count: names.length }) : say("widget.here_all");
  }
  const back = backAt(data.hours, Date.now());
  return back ? say("widget.back_at", moment(new Date(back))) : say("widget.away");
}

/** One sentence on how soon somebody answers, or by when; nothing where the shop does not say, or nobody can know. */
export function promiseOf({ hours }: Data): string {
  const now = Date.now();
  if (!hours.promise || inTime(hours, now)) {
    return hours.promise;
  }
  const by = answerBy(hours, now);
  return by ? say("widget.answer_by", moment(new Date(by))) : "";
}
