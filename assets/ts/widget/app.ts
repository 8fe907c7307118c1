import type { ToFrame, ToLoader } from "./bridge";
import type { Data } from "./data";
import { make } from "./dom";
import { own } from "./protocol";
import { Talk } from "./talk";
import { refusal } from "./view/bubbles";
import { chat } from "./view/chat";
import { composer } from "./view/composer";
import { write } from "./view/face";
import { form } from "./view/form";
import { home } from "./view/home";
import { say } from "./words";

type Begin = Extract<ToFrame, { t: "start" }>;

/** The page in the frame: home or the conversation, and below it the place to write. */
export class App {
  private readonly talk: Talk;
  private readonly form = form((fields) => {
    this.talk.form(fields);
    this.go("chat", true);
  });
  private readonly composer = composer(
    (text) => {
      this.talk.say(text);
      this.go("chat", false);
    },
    (on, text) => this.talk.write(on, text),
  );
  private readonly home;
  private readonly chat;
  private readonly notice = make("p", { class: "notice", role: "status" });
  private readonly spoken = make("p", { class: "sr", "aria-live": "polite", "data-testid": "widget-live" });
  private view: "home" | "chat" = "home";
  private open: boolean;
  private chosen = false; // the visitor has chosen the view, we no longer do
  private heard = -1; // how far has been read out; before the first welcome nothing is
  private due = false;

  constructor(
    private readonly root: HTMLElement,
    data: Data,
    start: Begin,
    private readonly tell: (message: ToLoader) => void,
  ) {
    this.open = start.open;
    this.talk = new Talk(data, start, tell, () => this.changed());
    const leave = () => tell({ t: "close" });
    this.home = home(data, this.talk, this.form, { leave, enter: () => this.go("chat", true) });
    this.chat = chat(data, this.talk, {
      leave,
      home: () => this.go("home", true),
      retry: (id) => this.talk.retry(id),
      edit: (id) => this.edit(id),
    });
    root.replaceChildren(this.home.element, this.chat.element, this.notice, this.composer.element, this.spoken);
    document.addEventListener("keydown", (e) => e.key === "Escape" && this.escape(leave));
    document.addEventListener("visibilitychange", () => this.changed());
    this.update();
    if (start.focus) {
      this.focus();
    }
  }

  hear(message: ToFrame): void {
    switch (message.t) {
      case "open":
        this.open = true;
        if (message.focus) {
          this.focus();
        }
        break;
      case "close":
        this.open = false;
        break;
      case "page":
        this.talk.moved(message.page);
        break;
      case "forget":
        this.composer.text = this.form.text = "";
        this.chosen = false;
        this.view = "home";
        this.talk.forget();
        break;
    }
    this.changed();
  }

  private go(view: "home" | "chat", focus: boolean): void {
    this.view = view;
    this.chosen = true;
    this.update();
    if (focus) {
      this.focus();
    }
  }

  /** On a phone the keyboard would cover what there is to read; there the visitor decides. */
  private focus(): void {
    const writes = !this.composer.element.hidden;
    if (matchMedia("(pointer: coarse)").matches) {
      this.root.querySelector<HTMLElement>(".view:not([hidden]) h1")?.focus();
    } else if (writes) {
      this.composer.focus();
    } else {
      this.form.focus();
    }
  }

  private edit(id: string): void {
    const text = this.talk.takeBack(id);
    this.composer.text = [this.composer.text, text].filter(Boolean).join("\n");
    this.composer.focus();
  }

  private escape(leave: () => void): void {
    const menu = this.root.querySelector<HTMLDetailsElement>("details[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary")!.focus();
    } else {
      leave();
    }
  }

  /** Many changes of one moment are drawn once. */
  private changed(): void {
    if (!this.due) {
      this.due = true;
      queueMicrotask(() => {
        this.due = false;
        this.update();
      });
    }
  }

  private update(): void {
    const { talk } = this;
    if (!this.chosen && talk.begun) {
      this.view = "chat";
    }
    this.home.element.hidden = this.view !== "home";
    this.chat.element.hidden = this.view !== "chat";
    this.place();
    this.home.update();
    this.chat.update();
    this.composer.allow(talk.limit, talk.state === "refused");
    this.say();
    if (this.open && this.view === "chat" && document.visibilityState === "visible") {
      talk.read();
    }
    this.tell({ t: "unread", count: this.open && this.view === "chat" ? 0 : talk.unread });
  }

  /** While nobody is here the form stands in for the composer, until a conversation runs. What was begun moves along. */
  private place(): void {
    const byForm = !this.talk.online && !this.talk.begun;
    const was = this.composer.element.isConnected;
    if (byForm === !was) {
      return;
    }
    const [from, to] = byForm ? [this.composer, this.form] : [this.form, this.composer];
    const focused = from.element.contains(document.activeElement);
    if (from.text) {
      [to.text, from.text] = [from.text, ""];
    }
    if (byForm) {
      this.view = "home";
      this.composer.element.remove();
    } else {
      this.notice.after(this.composer.element);
    }
    this.home.update();
    if (focused) {
      to.focus();
    }
  }

  /** The line above the composer, and what a screen reader hears. */
  private say(): void {
    const { talk } = this;
    const trouble = talk.trouble;
    write(
      this.notice,
      talk.state === "refused"
        ? say("widget.error_forbidden")
        : talk.state === "down"
          ? say("widget.lost")
          : trouble
            ? refusal(trouble.code, { seconds: trouble.retry_after ?? 0 })
            : talk.begun && !talk.online
              ? say("widget.away_talk")
              : "",
    );
    this.notice.className = `notice ${talk.state}`;

    const last = talk.timeline.last;
    if (this.heard >= 0 && last && last.seq > this.heard && last.kind === "message" && !own(last)) {
      write(this.spoken, `${last.name}: ${last.text}`);
    }
    if (talk.state !== "connecting") {
      this.heard = last?.seq ?? 0;
    }
  }
}
