import type { Parcel } from "./outbox";
import { own, type Attachment, type Event } from "./protocol";
import type { Timeline } from "./timeline";

/** A bubble, whether the server has its words already or not. */
export interface Message {
  kind: "message";
  key: string; // stays the same when a parcel becomes an event, so that the bubble does too
  mine: boolean;
  name: string;
  text: string;
  html: string;
  attachments: Attachment[];
  at: number; // milliseconds since 1970
  first: boolean; // of a run by the same person
  last: boolean;
  id: string; // of the parcel; empty once it has arrived
  mark: Mark;
  why: string; // it failed
}

/** What is said under the visitor's last words: nothing, once somebody has answered them. */
export type Mark = "" | "sending" | "delivered" | "seen" | "failed";

export type Row = Message | { kind: "day"; key: string; at: number } | { kind: "line"; key: string; event: Event };

const RUN = 5 * 60_000; // what one person says within five minutes stands together

/** The conversation as rows: days, messages in runs, and a thin line where it ended. */
export function rows(timeline: Timeline, parcels: readonly Parcel[], seen: number): Row[] {
  const shown = timeline.events.filter((e) => /^(message|ended|rated)$/.test(e.kind));
  const arrived = shown.map((e) => fromEvent(e, timeline.idOf(e)));
  const underWay = parcels.filter((p) => p.what.t === "say" || p.what.t === "form").map(fromParcel);
  const all: Row[] = [];
  let day = "";
  for (const row of [...arrived, ...underWay]) {
    const at = row.kind === "line" ? Date.parse(row.event.at) : row.at;
    const today = new Date(at).toDateString();
    if (today !== day) {
      day = today;
      all.push({ kind: "day", key: `day:${today}`, at });
    }
    all.push(row);
  }
  join(all);
  mark(all, timeline, seen);
  return all;
}

function fromEvent(e: Event, id: string | undefined): Row {
  if (e.kind !== "message") {
    return { kind: "line", key: `seq:${e.seq}`, event: e };
  }
  return {
    kind: "message",
    key: id ? `id:${id}` : `seq:${e.seq}`,
    mine: own(e),
    name: e.name ?? "",
    text: e.text ?? "",
    html: own(e) ? "" : (e.html ?? ""),
    attachments: e.attachments ?? [],
    at: Date.parse(e.at),
    first: true,
    last: true,
    id: "",
    mark: "",
    why: "",
  };
}

function fromParcel(p: Parcel): Message {
  const text = p.what.t === "say" ? p.what.text : p.what.t === "form" ? p.what.fields.text : "";
  return {
    kind: "message",
    key: `id:${p.id}`,
    mine: true,
    name: "",
    text,
    html: "",
    attachments: (p.files ?? []).map((file) => ({ ...file, url: "" })),
    at: p.at,
    first: true,
    last: true,
    id: p.id,
    mark: p.failed ? "failed" : "sending",
    why: p.why ?? "",
  };
}

function join(all: Row[]): void {
  all.forEach((row, i) => {
    const next = all[i + 1];
    if (row.kind === "message" && next?.kind === "message" && row.mine === next.mine && row.name === next.name && next.at - row.at < RUN) {
      row.last = next.first = false;
    }
  });
}

/** Says below the last words that somebody has seen that it is so, and below the last that they arrived. */
function mark(all: Row[], timeline: Timeline, seen: number): void {
  const said = timeline.events.filter((e) => e.kind === "message");
  const waits = said.slice(said.findLastIndex((e) => !own(e)) + 1);
  const shown = all.filter((r): r is Message => r.kind === "message" && !r.id).slice(said.length - waits.length);
  const read = waits.findLastIndex((e) => e.seq <= seen);
  const underWay = all.some((r) => r.kind === "message" && r.id);
  if (shown.length && !underWay) {
    shown.at(-1)!.mark = "delivered";
  }
  if (read >= 0) {
    shown[read]!.mark = "seen";
  }
}
