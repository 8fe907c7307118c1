import assert from "node:assert/strict";
import test from "node:test";
import type { Parcel } from "./outbox";
import type { Event } from "./protocol";
import { rows, type Message } from "./rows";
import { Timeline } from "./timeline";

function said(...told: [seq: number, from: string, minute: number, kind?: string][]) {
  const t = new Timeline();
  for (const [seq, from, minute, kind = "message"] of told) {
    const at = new Date(2026, 0, 5, 10, minute).toISOString();
    t.add({ seq, kind, from, name: from, text: `${seq}`, at } as Event);
  }
  return t;
}

const parcel = (id: string, failed?: string): Parcel => ({ id, at: new Date(2026, 0, 6).getTime(), what: { t: "say", text: id }, failed });
const messages = (t: Timeline, parcels: Parcel[] = [], seen = 0) =>
  rows(t, parcels, seen).filter((r): r is Message => r.kind === "message");

test("a day begins with a line", () => {
  const kinds = rows(said([1, "contact", 0], [2, "contact", 1, "ended"], [3, "system", 1, "assigned"]), [parcel("next day")], 0).map((r) => r.kind);
  assert.deepEqual(kinds, ["day", "message", "line", "day", "message"]);
});

test("what one person says in a row stands together, for five minutes", () => {
  const runs = messages(said([1, "agent", 0], [2, "agent", 2], [3, "agent", 9], [4, "contact", 10])).map((m) => [m.first, m.last]);
  assert.deepEqual(runs, [[true, false], [false, true], [true, true], [true, true]]);
});

test("the mark stands under the visitor's last words alone, until they are answered", () => {
  assert.equal(messages(said([1, "contact", 0])).at(-1)?.mark, "delivered");
  assert.equal(messages(said([1, "contact", 0]), [], 1).at(-1)?.mark, "seen");
  assert.equal(messages(said([1, "contact", 0], [2, "agent", 1]), [], 2).at(-1)?.mark, "");
  assert.deepEqual(messages(said([1, "contact", 0]), [parcel("a"), parcel("b", "too_long")]).map((m) => m.mark), [
    "",
    "sending",
    "failed",
  ]);
});

test("what is seen is said where the reader stopped", () => {
  const marks = (seen: number) => messages(said([1, "agent", 0], [2, "contact", 1], [3, "contact", 2], [4, "contact", 3]), [], seen).map((m) => m.mark);
  assert.deepEqual(marks(0), ["", "", "", "delivered"]);
  assert.deepEqual(marks(3), ["", "", "seen", "delivered"]);
  assert.deepEqual(marks(9), ["", "", "", "seen"]);
});

test("a bubble stays itself when its words arrive", () => {
  const t = said([1, "agent", 0]);
  const [, before] = messages(t, [parcel("mine")]);
  t.said("mine", { seq: 2, kind: "message", from: "contact", text: "mine", at: new Date(2026, 0, 6).toISOString() });
  const [, after] = messages(t);
  assert.equal(after?.key, before?.key);
});
