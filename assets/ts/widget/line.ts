import { wait } from "./backoff";
import type { Hello, In, Out } from "./protocol";
import { LOST, POLICY, poll, socket, stream, type Opener, type Wire } from "./wire";

/** connecting: for the first time; up: the welcome has come; down: lost, and trying again; refused: not here, ever. */
export type State = "connecting" | "up" | "down" | "refused";

interface Callbacks {
  hello(): Hello; // asked anew for every try
  frame(frame: In): void;
  state(state: State): void;
}

// The ways to try in turn, and for how many milliseconds a welcome may be awaited on each. A socket comes twice: one failure may be
// chance. A stream that says nothing at once is held back by somebody.
const ways: { open: Opener; patience: number }[] = [
  { open: socket, patience: 10_000 },
  { open: socket, patience: 10_000 },
  { open: stream, patience: 5000 },
  { open: poll, patience: 15_000 },
];

const FAITH = 6; // failures in a row until a page that had a socket tries anything else: more likely the server restarts
const DETOUR = 120_000; // on a substitute, until the socket is tried again; twice as long every time
const ASLEEP = 20_000; // a clock that jumps so far means that the machine slept, and the wire is dead without saying so

/** The line keeps one wire to the server: it finds the way that works, and comes back whenever it is lost. */
export class Line {
  private wire: Wire | undefined;
  private state: State = "connecting";
  private way = 0;
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private detour = DETOUR;
  private ticked = Date.now();
  private forbidden = false; // the server has said so on this wire
  private sockets = false; // they work here: one did

  constructor(private readonly on: Callbacks) {
    addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => this.look());
    setInterval(() => this.tick(), 5000);
    this.connect();
  }

  get up(): boolean {
    return this.state === "up";
  }

  send(frame: Out): void {
    if (this.up) {
      this.wire!.send(frame);
    }
  }

  /** Gives the wire up and takes a new one: what went over it is not answered, or was meant for somebody else. */
  renew(): void {
    this.wire?.close();
    this.turn("down");
    this.connect();
  }

  private connect(): void {
    clearTimeout(this.timer);
    this.forbidden = false;
    const way = ways[this.way]!;
    this.timer = setTimeout(() => this.lost(LOST), way.patience);
    const wire = way.open(this.on.hello(), {
      frame: (frame) => this.wire === wire && this.hear(frame),
      closed: (code) => this.wire === wire && this.lost(code),
    });
    this.wire = wire;
  }

  private hear(frame: In): void {
    if (frame.t === "welcome") {
      clearTimeout(this.timer);
      this.tries = 0;
      this.sockets ||= this.way < 2;
      if (this.way > 1) {
        this.timer = setTimeout(() => this.backToSocket(), this.detour);
      }
      this.on.frame(frame);
      this.turn("up");
    } else {
      this.forbidden ||= !this.up && frame.t === "error" && frame.code === "forbidden";
      this.on.frame(frame);
    }
  }

  private lost(code: number): void {
    this.wire?.close();
    this.wire = undefined;
    clearTimeout(this.timer);
    if (code === POLICY && this.forbidden) {
      return this.turn("refused"); // closed for too many mistakes, or too late, it may try again
    }
    const failed = !this.up;
    this.turn("down");
    if (failed && !(this.sockets && this.tries < FAITH)) {
      this.way = (this.way + 1) % ways.length;
    }
    const next = failed && this.way > 0 ? wait(0) / 4 : wait(this.tries++); // another way may be open: no reason to wait long
    this.timer = setTimeout(() => this.connect(), next);
  }

  private backToSocket(): void {
    this.detour *= 2;
    this.way = 1; // if it fails once more, the substitute is next
    this.renew();
  }

  /** The network is back, or somebody looks at us: no reason to wait out the rest. */
  private hurry(): void {
    if (this.state === "down" && !this.wire) {
      this.tries = 0;
      this.connect();
    }
  }

  private look(): void {
    this.tick();
    if (document.visibilityState === "visible") {
      this.hurry();
    }
  }

  /** A hidden tab's timers are slowed down, which looks like sleep: only one that is looked at is asked. */
  private tick(): void {
    if (document.visibilityState !== "visible") {
      return;
    }
    const slept = Date.now() - this.ticked > ASLEEP;
    this.ticked = Date.now();
    if (slept && this.up) {
      this.renew();
    }
  }

  private turn(state: State): void {
    if (state !== this.state) {
      this.state = state;
      this.on.state(state);
    }
  }
}
