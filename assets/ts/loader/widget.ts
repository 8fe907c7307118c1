import type { Look, ToLoader } from "../widget/bridge";
import { frame, type Frame } from "./frame";
import type { Answer } from "./hello";
import { launcher } from "./launcher";
import { keepClear } from "./lift";
import { SHEET } from "./look";
import { onPageChange, page } from "./page";
import type { Place } from "./place";
import { shelf } from "./shelf";

/** The widget on a page, from the moment it may be seen: a launcher, and from the first open a frame. */
export class Widget {
  private readonly kept; // as long as the browser keeps it
  private readonly tab; // as long as this tab
  private readonly drawn = launcher(
    () => this.toggle(),
    () => this.close(),
  );
  private frame: Frame | undefined;
  private ready = false; // the frame's page has come
  private open = false;
  private focus = false; // whether what opens takes the focus
  private before: Element | null = null; // what had the focus when we opened

  constructor(
    private readonly at: Place,
    answer: Answer,
  ) {
    this.kept = shelf("localStorage", at.widget);
    this.tab = shelf("sessionStorage", at.widget);
    this.drawn.look(answer.look ?? this.lastLook());
    this.drawn.unread(answer.waiting);
    keepClear(this.drawn.host);
    onPageChange((now) => this.frame?.say({ t: "page", page: now }));
    this.kept.watch("frame:read", (mark) => this.readElsewhere(mark));
    this.goOn();
  }

  /** Carries out what the shop's own script asks for; what we do not know we leave. */
  obey(command: unknown): void {
    switch (command) {
      case "open":
        return this.openUp(true);
      case "close":
        return this.close();
      case "toggle":
        return this.toggle();
      case "hide":
      case "show":
        this.drawn.host.hidden = command === "hide";
        return;
      case "forget":
        return this.forget();
    }
  }

  /** How it looked when the frame was last here, for a page that may not ask. The page could have written anything there. */
  private lastLook(): Look {
    try {
      return Object(JSON.parse(this.kept.get("look")));
    } catch {
      return {};
    }
  }

  /** Takes up on this page what the visitor did on the one before. */
  private goOn(): void {
    if (this.tab.get("open") && walkedHere() && !matchMedia(SHEET).matches) {
      this.openUp(false);
    } else if (this.tab.get("talk")) {
      this.load(); // an answer may come while they look around: the frame listens, closed
    }
  }

  /** What was seen in another tab is new in none. Only the frame knows whether there is more. */
  private readElsewhere(mark: string): void {
    if (this.frame) {
      this.frame.say({ t: "read", mark });
    } else {
      this.drawn.unread(0);
    }
  }

  private toggle(): void {
    if (this.open) {
      this.close();
    } else {
      this.openUp(true);
    }
  }

  private openUp(focus: boolean): void {
    if (this.open) {
      return;
    }
    this.before = document.activeElement;
    this.open = true;
    this.focus = focus;
    this.tab.put("open", "1");
    if (!this.frame) {
      this.load();
    }
    this.drawn.show(true, this.ready);
    if (focus) {
      this.frame!.focus();
    }
    this.frame!.say({ t: "open", focus });
  }

  private close(): void {
    if (!this.open) {
      return;
    }
    this.open = false;
    this.tab.put("open", null);
    this.drawn.show(false, this.ready);
    this.frame?.say({ t: "close" });
    if (this.before instanceof HTMLElement && this.before.isConnected && this.before !== document.body) {
      this.before.focus();
    } else {
      this.drawn.focus();
    }
  }

  /** Forgets the visitor, for a shop whose customer signs out. */
  private forget(): void {
    this.kept.clear();
    this.tab.clear();
    this.drawn.unread(0);
    this.frame?.say({ t: "forget" });
  }

  private load(): void {
    this.drawn.failed();
    this.frame = frame(this.at, this.drawn.host, {
      up: () => this.greet(),
      hear: (message) => this.hear(message),
      late: () => {
        this.frame = undefined;
        this.drawn.failed(() => this.load());
      },
    });
  }

  private greet(): void {
    this.ready = true;
    this.drawn.show(this.open, true);
    this.frame!.say({
      t: "start",
      visitor: this.kept.get("visitor"),
      kept: this.kept.all("frame:").map(([name, value]) => [name.slice(6), value]),
      page: page(),
      open: this.open,
      focus: this.focus,
    });
  }

  private hear(message: ToLoader): void {
    switch (message?.t) {
      case "close":
        return this.close();
      case "unread":
        return this.drawn.unread(message.count);
      case "visitor":
        return this.kept.put("visitor", message.token || null);
      case "keep":
        return this.kept.put(`frame:${message.name}`, message.value);
      case "look":
        this.kept.put("look", JSON.stringify(message.look));
        return this.drawn.look(message.look);
      case "talk":
        return this.tab.put("talk", message.on ? "1" : null);
    }
  }
}

/** Whether the visitor followed a link inside the shop: then what was open stays open. A reload starts closed. */
function walkedHere(): boolean {
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return navigation?.type === "navigate" && document.referrer.startsWith(`${location.origin}/`);
}
