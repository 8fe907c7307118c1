import { own, type Event, type Welcome } from "./protocol";

/**
 * The timeline is the conversation as the server tells it. It says from where to go on after a loss, and shows every event
 * once, however often and by whichever way it comes.
 */
export class Timeline {
  ticket = "";
  epoch = "";
  /**
   * The last event that came in the server's own order. An ack does not move it: the ack of 9 may overtake the event 8, and
   * if the line broke between them we would never ask for 8 again.
   */
  since = 0;
  private bySeq = new Map<number, Event>();
  private ids = new Map<number, string>(); // of what we said ourselves, by the seq that it was given

  /** In order. */
  get events(): Event[] {
    return [...this.bySeq.values()].sort((a, b) => a.seq - b.seq);
  }

  /** The id under which this tab said the event, if it did. */
  idOf(e: Event): string | undefined {
    return this.ids.get(e.seq);
  }

  welcome(w: Welcome): void {
    if (w.ticket !== this.ticket || w.epoch !== this.epoch) {
      this.clear(); // another conversation, or a server that was set back to a backup: everything comes again
    }
    this.ticket = w.ticket;
    this.epoch = w.epoch;
    w.events.forEach((e) => this.add(e));
  }

  /** Takes an event of the stream; false if it is known already. */
  add(e: Event): boolean {
    this.since = Math.max(this.since, e.seq);
    const known = this.bySeq.has(e.seq);
    this.bySeq.set(e.seq, e);
    return !known;
  }

  /** Our own words have become the event seq; the server does not send them back to the tab that said them. */
  said(id: string, e: Event): void {
    this.ids.set(e.seq, id);
    if (!this.bySeq.has(e.seq)) {
      this.bySeq.set(e.seq, e);
    }
  }

  /** How many messages of others came after the event seq. */
  after(seq: number): number {
    return this.events.filter((e) => e.seq > seq && e.kind === "message" && !own(e)).length;
  }

  get last(): Event | undefined {
    return this.events.at(-1);
  }

  clear(): void {
    this.ticket = "";
    this.epoch = "";
    this.since = 0;
    this.bySeq.clear();
    this.ids.clear();
  }
}
