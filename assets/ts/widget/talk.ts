import type { Page, ToLoader } from "./bridge";
import type { Data } from "./data";
import { Line, type State } from "./line";
import { Outbox, type Parcel } from "./outbox";
import type { Ack, Fields, Hello, In, Kept, Out, Refusal, Welcome } from "./protocol";
import { Timeline } from "./timeline";

/** What the loader has told at the start. */
export interface Start {
  visitor: string;
  kept: [name: string, value: string][];
  page: Page;
}

const PATIENCE = 15_000; // milliseconds until an answer that does not come means a dead line

/**
 * The talk between this visitor and the shop: it owns what was said, what is on its way and who is there, and tells whenever
 * any of it changes. It draws nothing.
 */
export class Talk {
  readonly timeline = new Timeline();
  readonly outbox: Outbox;
  state: State = "connecting";
  online: boolean;
  asBefore = true; // the team is who it was when the page was made
  queue = 0;
  agent = ""; // who answers, once somebody does
  typing = ""; // who writes just now
  seen = 0; // how far an agent has read
  limit = 16_384; // bytes that a text may have
  preview = false;
  over = false; // they hold the conversation for solved
  mailed = false; // a form with an e-mail address has arrived
  trouble: Refusal | undefined; // the last that is not about one message

  private readonly line: Line;
  private visitor: string;
  private page: Page;
  private readTo = 0; // how far the visitor has read readTicket
  private readTicket = "";
  private flying: string | undefined; // the parcel that waits for its answer
  private timer: ReturnType<typeof setTimeout> | undefined;
  private resting: ReturnType<typeof setTimeout> | undefined; // until the server takes more
  private quiet: ReturnType<typeof setTimeout> | undefined; // until nobody types any more

  constructor(
    private readonly data: Data,
    start: Start,
    private readonly tell: (message: ToLoader) => void,
    private readonly changed: () => void,
  ) {
    this.online = data.online;
    this.visitor = start.visitor;
    this.page = start.page;
    this.outbox = new Outbox(start.kept, (name, value) => tell({ t: "keep", name, value }));
    const [ticket, seq] = new Map(start.kept).get("read")?.split(" ") ?? [];
    this.readTicket = ticket ?? "";
    this.readTo = Number(seq) || 0;
    this.line = new Line({ hello: () => this.hello(), frame: (f) => this.hear(f), state: (s) => this.turn(s) });
  }

  /** Whether there is anything to show: an empty visit is no conversation. */
  get begun(): boolean {
    return this.timeline.events.length > 0 || this.outbox.all.length > 0;
  }

  get unread(): number {
    return this.timeline.after(this.readTo);
  }

  say(text: string, files: Kept[]): void {
    this.put({ t: "say", text }, files);
  }

  form(fields: Fields, files: Kept[]): void {
    this.put({ t: "form", fields }, files);
  }

  end(): void {
    this.put({ t: "end" });
  }

  rate(score: number, comment: string): void {
    this.put({ t: "rate", score, comment });
  }

  /** Whether it is time to ask how it was: it is over, somebody has answered, and nothing was said about it yet. */
  get judged(): boolean {
    const { events } = this.timeline;
    const words = events.findLastIndex((e) => e.kind === "message");
    const since = (kind: string) => events.findLastIndex((e) => e.kind === kind) > words;
    const busy = this.outbox.all.length > 0;
    return (this.over || since("ended")) && !since("rated") && !busy && events.some((e) => e.from === "agent");
  }

  retry(id: string): void {
    this.outbox.retry(id);
    this.push();
    this.changed();
  }

  /** Takes out again what did not arrive, to be changed. */
  takeBack(id: string): { text: string; files: Kept[] } {
    const { what, files = [] } = this.outbox.done(id) ?? {};
    this.changed();
    return { text: what?.t === "say" ? what.text : what?.t === "form" ? what.fields.text : "", files };
  }

  /** By what the server knows the visitor, as long as the line is up. */
  get token(): string {
    return this.state === "up" ? this.visitor : "";
  }

  /** Signs that the visitor writes, with the words where the shop's agents may see them. */
  write(on: boolean, text: string): void {
    this.line.send(this.preview ? { t: "typing", on, text } : { t: "typing", on });
  }

  moved(page: Page): void {
    this.page = page;
    this.line.send({ t: "page", url: page.url, title: page.title });
  }

  /** The visitor has seen everything that is there. */
  read(): void {
    const last = this.timeline.last?.seq ?? 0;
    if (last <= this.readTo) {
      return;
    }
    this.readTo = last;
    this.keepRead();
    this.line.send({ t: "read", seq: last });
    this.changed();
  }

  /** The visitor has read on in another tab, which has told the server. */
  readElsewhere(mark: string): void {
    const [ticket, seq] = mark.split(" ");
    if (ticket === this.readTicket) {
      this.readTo = Math.max(this.readTo, Number(seq) || 0);
      this.changed();
    }
  }

  /** The visitor signed out of the shop. The server knows them by the token alone. */
  forget(): void {
    this.outbox.clear();
    this.visitor = "";
    this.strange();
    this.line.renew();
    this.changed();
  }

  private hello(): Hello {
    const { ticket, epoch, since } = this.timeline;
    return {
      t: "hello",
      v: 1,
      widget: this.data.widget,
      visitor: this.visitor,
      ticket,
      epoch,
      since,
      lang: this.data.lang,
      tz: Intl.DateTimeFormat().resolvedOptions().timeZone,
      page: this.page,
    };
  }

  private hear(frame: In): void {
    switch (frame.t) {
      case "welcome":
        this.welcome(frame);
        break;
      case "event":
        this.timeline.add(frame);
        if (frame.from === "agent") {
          this.agent = frame.name ?? this.agent;
          this.typing = "";
        }
        break;
      case "ack":
        this.arrived(frame);
        break;
      case "typing":
        this.types(frame.on ? frame.name || this.agent || this.data.shop : "");
        break;
      case "presence":
        this.asBefore &&= this.online === frame.online;
        this.online = frame.online;
        this.queue = frame.queue ?? 0;
        this.agent = frame.agent ?? this.agent;
        this.over = frame.over ?? false;
        break;
      case "read":
        this.seen = Math.max(this.seen, frame.seq);
        break;
      case "error":
        this.refused(frame);
        break;
    }
    this.changed();
  }

  private welcome(w: Welcome): void {
    if (this.readTicket && w.ticket !== this.readTicket) {
      this.readTo = this.seen = 0;
    }
    this.readTicket = w.ticket;
    this.timeline.welcome(w);
    this.asBefore &&= this.online === w.online;
    this.online = w.online;
    this.queue = w.queue;
    this.preview = w.preview;
    this.limit = w.limits?.text ?? this.limit;
    this.over = w.over ?? false;
    this.seen = Math.max(this.seen, w.read ?? 0);
    this.agent = w.agent ?? this.timeline.events.findLast((e) => e.from === "agent")?.name ?? this.agent;
    this.trouble = undefined;
    this.know(w.visitor);
    this.keepRead();
  }

  private turn(state: State): void {
    this.state = state;
    clearTimeout(this.timer);
    this.flying = undefined;
    this.typing = "";
    if (state === "up" && this.readTo) {
      this.line.send({ t: "read", seq: this.readTo }); // it may have been read while the line was down
    }
    this.push();
    this.changed();
  }

  private put(what: Parcel["what"], files?: Kept[]): void {
    this.outbox.add(what, files);
    this.push();
    this.changed();
  }

  /** Sends what is next, if the line is free. */
  private push(): void {
    const next = this.outbox.next;
    if (!next || !this.line?.up || this.flying || this.resting) {
      return;
    }
    this.flying = next.id;
    const attachments = next.files?.map((file) => file.id);
    this.line.send({ ...next.what, id: next.id, attachments } as Out);
    this.timer = setTimeout(() => this.line.renew(), PATIENCE);
  }

  private arrived({ id, ticket, seq, at, attachments }: Ack): void {
    const parcel = this.outbox.done(id);
    if (ticket) {
      this.timeline.ticket = this.readTicket = ticket; // the first message has opened it
    }
    const what = parcel?.what;
    if (what?.t === "end" || what?.t === "rate") {
      if (seq) {
        this.timeline.said(id, { seq, kind: what.t === "end" ? "ended" : "rated", from: "contact", at });
      }
    } else if (what) {
      const text = what.t === "say" ? what.text : what.fields.text;
      this.mailed ||= what.t === "form";
      this.timeline.said(id, { seq, kind: "message", from: "contact", text, at, attachments });
      this.tell({ t: "talk", on: true });
    }
    this.land(id);
  }

  private refused(e: Refusal): void {
    if (e.code === "auth_expired" && this.visitor) {
      this.visitor = ""; // we go on as somebody new, with what is not sent yet; the old transcript is not for us
      this.strange();
      if (this.line.up) {
        this.line.renew(); // during the hello the welcome of the newcomer follows by itself
      }
      return;
    }
    if (!e.id || e.id !== this.flying) {
      this.trouble = e;
      return;
    }
    if (e.retry_after) {
      this.trouble = e;
      this.resting = setTimeout(() => {
        this.resting = this.trouble = undefined;
        this.push();
        this.changed();
      }, e.retry_after * 1000);
    } else if (this.outbox.all.some((p) => p.id === e.id && (p.what.t === "say" || p.what.t === "form"))) {
      this.outbox.fail(e.id, e.code, e.message);
    } else {
      this.trouble = e; // no words are lost with it
      this.outbox.done(e.id);
    }
    this.land(e.id);
  }

  /** The answer to a parcel has come, whatever it says. */
  private land(id: string): void {
    if (id === this.flying) {
      clearTimeout(this.timer);
      this.flying = undefined;
    }
    this.push();
  }

  private types(who: string): void {
    clearTimeout(this.quiet);
    this.typing = who;
    this.quiet = setTimeout(() => {
      this.typing = "";
      this.changed();
    }, 10_000); // if the word that they stopped got lost
  }

  private know(visitor: string): void {
    if (visitor && visitor !== this.visitor) {
      this.visitor = visitor;
      this.tell({ t: "visitor", token: visitor });
    }
    this.tell({ t: "talk", on: this.timeline.ticket !== "" });
  }

  /** Nothing of what was here belongs to who is here now. */
  private strange(): void {
    this.timeline.clear();
    this.readTicket = "";
    this.readTo = this.seen = 0;
    this.agent = this.typing = "";
    this.mailed = false;
    this.tell({ t: "visitor", token: "" });
    this.tell({ t: "keep", name: "read", value: null });
  }

  private keepRead(): void {
    this.tell({ t: "keep", name: "read", value: `${this.readTicket} ${this.readTo}` });
  }
}
