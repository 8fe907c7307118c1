import type { ToFrame, ToLoader } from "./bridge";
import type { Article, Data } from "./data";
import { make } from "./dom";
import { draft } from "./draft";
import { own } from "./protocol";
import { Talk } from "./talk";
import { reading } from "./view/article";
import { chat } from "./view/chat";
import { composer, type Composer } from "./view/composer";
import { write } from "./view/face";
import { form, type Form } from "./view/form";
import { home, promiseOf } from "./view/home";
import { wordsOf } from "./view/prose";
import { takeFiles, tray } from "./view/tray";
import { say } from "./words";

type Begin = Extract<ToFrame, { t: "start" }>;
type View = "home" | "chat" | "article";

/** The page in the frame: home, the conversation or an article, and below it the place to write. */
export class App {
  private readonly talk: Talk;
  private readonly tray;
  private readonly form;
  private readonly composer;
  private readonly home;
  private readonly chat;
  private readonly notice = make("p", { class: "notice", role: "status" });
  private readonly spoken = make("p", { class: "sr", "aria-live": "polite", "data-testid": "widget-live" });
  private readonly article;
  private view: View = "home";
  private link: Element | null = null; // by which the article was opened
  private open: boolean;
  private toSomebody = false; // what stands in the composer was begun while somebody was here
  private chosen = false; // the visitor has chosen the view, we no longer do
  private heard = -1; // how far has been read out; before the first welcome nothing is
  private due = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly data: Data,
    start: Begin,
    private readonly tell: (message: ToLoader) => void,
  ) {
    this.open = start.open;
    this.talk = new Talk(data, start, tell, () => this.changed());
    this.tray = tray(data, (complaint) => this.writing.check(complaint));
    this.form = form(this.tray, (fields) => {
      this.talk.form(fields, this.tray.kept);
      this.sent(true);
    });
    this.composer = composer(
      this.tray,
      (text) => {
        this.talk.say(text, this.tray.kept);
        this.sent(false);
      },
      (on, text) => this.talk.write(on, text),
    );
    const leave = () => tell({ t: "close" });
    this.home = home(data, this.talk, this.form, { leave, enter: () => this.go("chat", true), read: (article) => this.read(article) });
    this.article = reading({ leave, back: () => this.goBack() });
    this.chat = chat(data, this.talk, {
      leave,
      home: () => this.go("home", true),
      retry: (id) => this.talk.retry(id),
      edit: (id) => this.edit(id),
    });
    root.replaceChildren(this.home.element, this.article.element, this.chat.element, this.notice, this.composer.element, this.spoken);
    takeFiles(root, (files) => {
      this.tray.add(files);
      if (this.composer.element.isConnected) {
        this.composer.focus(); // in the form there may be a name to write first
      }
    });
    for (const place of [this.composer, this.form]) {
      place.element.addEventListener("input", () => {
        this.wrote(place.text);
        if (this.toSomebody === (this.composer.text === "")) {
          this.toSomebody = !this.toSomebody;
          this.changed();
        }
      });
    }
    this.place();
    this.writing.text = draft.text;
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
      case "read":
        this.talk.readElsewhere(message.mark);
        break;
      case "forget":
        this.composer.text = this.form.text = draft.text = "";
        this.tray.clear();
        this.chosen = this.toSomebody = false;
        this.view = "home";
        this.talk.forget();
        break;
    }
    this.changed();
  }

  /** An article that answers the first message spares the visitor the waiting. Who is in a conversation is not sent back to read. */
  private wrote(text: string): void {
    draft.text = text;
    this.home.about(this.talk.begun ? "" : text);
  }

  private async read(article: Article): Promise<boolean> {
    this.link = document.activeElement;
    const shown = await this.article.open(article);
    if (shown) {
      this.go("article", false);
      this.article.focus();
    }
    return shown;
  }

  private goBack(): void {
    this.go("home", false);
    if (this.link instanceof HTMLElement && this.link.isConnected) {
      this.link.focus();
    } else {
      this.focus();
    }
  }

  /** Where the visitor can write just now. */
  private get writing(): Composer | Form {
    return this.composer.element.isConnected ? this.composer : this.form;
  }

  private sent(focus: boolean): void {
    this.tray.clear();
    this.toSomebody = false;
    this.composer.check();
    this.go("chat", focus);
    this.wrote("");
  }

  private go(view: View, focus: boolean): void {
    this.view = view;
    this.chosen = true;
    this.update();
    if (focus) {
      this.focus();
    }
  }

  /** On a phone the keyboard would cover what there is to read; there the visitor decides. */
  private focus(): void {
    if (matchMedia("(pointer: coarse)").matches) {
      this.root.querySelector<HTMLElement>(".view:not([hidden]) h1")?.focus();
    } else {
      this.writing.focus();
    }
  }

  private edit(id: string): void {
    const { text, files } = this.talk.takeBack(id);
    this.composer.text = draft.text = [this.composer.text, text].filter(Boolean).join("\n");
    this.tray.put(files);
    this.toSomebody = false;
    this.go(this.talk.begun ? "chat" : "home", true); // a refused form is a form again
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
    this.article.element.hidden = this.view !== "article";
    this.place();
    this.home.update(this.byForm);
    this.chat.update();
    this.tray.go(talk.token);
    this.composer.allow(talk.limit, talk.state === "refused", talk.preview);
    this.say();
    if (this.open && this.view === "chat" && document.visibilityState === "visible") {
      talk.read();
    }
    this.tell({ t: "unread", count: this.open && this.view === "chat" ? 0 : talk.unread });
  }

  /** While nobody is here the form stands in for the composer, until a conversation runs; but under nobody's hands. */
  private get byForm(): boolean {
    return !this.talk.online && !this.talk.begun && !this.toSomebody;
  }

  /** Has one place to write on the page. What was begun moves along. */
  private place(): void {
    const { byForm } = this;
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
      this.composer.element.remove();
    } else {
      this.notice.after(this.composer.element);
    }
    to.hold();
    this.home.update(byForm);
    if (focused) {
      to.focus();
    }
  }

  /** What there is to know just now, the gravest alone. */
  private news(): string {
    const { state, trouble, online, mailed } = this.talk;
    if (state === "refused") {
      return say("widget.error_forbidden");
    }
    if (state === "down") {
      return say("widget.lost");
    }
    if (trouble) {
      return trouble.message || say("widget.error_other");
    }
    return this.byForm || online ? "" : `${say(mailed ? "widget.away_mailed" : "widget.away_talk")} ${promiseOf(this.data)}`.trim();
  }

  /** The line above the composer, and what a screen reader hears. */
  private say(): void {
    const { talk } = this;
    write(this.notice, this.news());
    this.notice.className = `notice ${talk.state}`;

    const last = talk.timeline.last;
    if (this.heard >= 0 && last && last.seq > this.heard && last.kind === "message" && !own(last)) {
      write(this.spoken, `${last.name}: ${wordsOf(last)}`);
    }
    if (talk.state !== "connecting") {
      this.heard = last?.seq ?? 0;
    }
  }
}
