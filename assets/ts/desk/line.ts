// The line to the house. It says what the page shows and how far it has been told; the house tells it what is new. A line
// that breaks comes again by itself, says how far it got, and nothing is missed.
import { wait } from "../widget/backoff";
import { byID, onScreen, openTicket } from "./dom";
import { wakeList } from "./list";
import { apply, catchUp, countInTitle, type Do } from "./news";

interface News {
  t: "news" | "reload";
  serial: number;
  cursor: string;
  seq?: number;
  do: Do[];
}

const quiet = 4000; // milliseconds without a key until somebody no longer writes

let socket: WebSocket | null = null;
let serial = 0;
let tries = 0;
let writing = 0; // the timer that ends it; 0 while nobody writes

export function wakeLine(): void {
  if (!byID("desk")) {
    return;
  }
  wakeList();
  onScreen(look);
  document.addEventListener("visibilitychange", () => {
    seen();
    countInTitle();
  });
  document.addEventListener("focusout", () => requestAnimationFrame(catchUp));
  document.addEventListener("toggle", () => requestAnimationFrame(catchUp), true);
  document.addEventListener("input", (event) => {
    if ((event.target as Element).id === "reply-box") {
      writes((event.target as HTMLTextAreaElement).value.trim() !== "");
    }
  });
  window.addEventListener("online", () => !socket && connect());
  connect();
}

function connect(): void {
  const url = new URL("/desk/live", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  url.searchParams.set("lang", document.documentElement.lang);
  const mine = (socket = new WebSocket(url));
  mine.onopen = () => {
    tries = 0;
    byID("line-lost")?.setAttribute("hidden", "");
    look();
  };
  mine.onmessage = (event) => hear(JSON.parse(event.data as string) as News);
  mine.onclose = (event) => {
    socket = null;
    if (event.code === 1008) {
      location.assign("/desk/sign-in?next=" + encodeURIComponent(location.pathname + location.search));
      return;
    }
    if (tries > 0) {
      byID("line-lost")?.removeAttribute("hidden"); // one short break is not worth a word
    }
    setTimeout(connect, wait(tries++));
  };
}

function say(frame: object): void {
  if (socket?.readyState === WebSocket.OPEN) {
    socket.send(JSON.stringify(frame));
  }
}

/** Says what the page shows now. News for what it showed before are not for it any more. */
function look(): void {
  const desk = byID("desk");
  if (!desk) {
    return;
  }
  const open = openTicket();
  stopWriting();
  say({
    t: "look",
    serial: ++serial,
    epoch: desk.dataset.epoch,
    cursor: desk.dataset.cursor,
    view: desk.dataset.view,
    ticket: open?.dataset.ticket ?? "",
    seq: Number(open?.dataset.seq ?? 0),
    guide: byID("guide") !== null,
    later: desk.dataset.later !== undefined,
  });
}

function hear(news: News): void {
  if (news.t === "reload") {
    location.reload(); // drafts are kept
    return;
  }
  const desk = byID("desk");
  if (!desk || news.serial !== serial) {
    return;
  }
  desk.dataset.cursor = news.cursor;
  const open = openTicket();
  if (open && news.seq) {
    open.dataset.seq = String(news.seq);
    const base = document.querySelector<HTMLInputElement>("#reply-form input[name=base_seq]");
    if (base) {
      base.value = open.dataset.seq; // what came is on the screen, and warned of where it matters
    }
  }
  apply(news.do ?? []);
  seen();
  setTimeout(countInTitle, 50);
}

/** Says that what came to the open ticket has been seen, if somebody is there to see it. */
function seen(): void {
  const open = openTicket();
  if (open && document.visibilityState === "visible" && open.dataset.seen !== open.dataset.seq) {
    open.dataset.seen = open.dataset.seq;
    say({ t: "read", seq: Number(open.dataset.seq) });
  }
}

/** Says that the agent writes an answer, and after a while of silence that he does not. */
function writes(on: boolean): void {
  if (!on) {
    stopWriting();
    return;
  }
  if (!writing) {
    say({ t: "writes", on: true });
  }
  clearTimeout(writing);
  writing = window.setTimeout(stopWriting, quiet);
}

function stopWriting(): void {
  if (writing) {
    clearTimeout(writing);
    writing = 0;
    say({ t: "writes", on: false });
  }
}
