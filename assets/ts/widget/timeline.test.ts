import assert from "node:assert/strict";
import test from "node:test";
import type { Event, Welcome } from "./protocol";
import { Timeline } from "./timeline";

const event = (seq: number, from = "agent"): Event => ({ seq, kind: "message", from, text: `text ${seq}`, at: "2026-01-02T03:04:05Z" });

const welcome = (ticket: string, epoch: string, ...events: Event[]): Welcome => ({
  t: "welcome",
  visitor: "token",
  ticket,
  epoch,
  seq: 0,
  online: true,
  queue: 0,
  preview: false,
  events,
});

const shown = (t: Timeline) => t.events.map((e) => e.seq);

test("events stand in their order, each once, however they come", () => {
  const t = new Timeline();
  t.welcome(welcome("R", "e", event(2), event(5)));
  assert.equal(t.add(event(9)), true);
  assert.equal(t.add(event(5)), false);
  t.add(event(7));
  assert.deepEqual(shown(t), [2, 5, 7, 9]);
});

test("an ack that overtakes an event does not make us skip it", () => {
  const t = new Timeline();
  t.welcome(welcome("R", "e", event(7)));
  t.said("mine", event(9, "contact")); // 8 is still on its way when the line breaks
  assert.equal(t.since, 7);
  t.welcome(welcome("R", "e", event(8), event(9, "contact")));
  assert.deepEqual(shown(t), [7, 8, 9]);
  assert.equal(t.idOf(t.events[2]!), "mine", "and our own words stay the same bubble");
});

test("going on keeps what is there; another ticket or epoch begins anew", () => {
  const t = new Timeline();
  t.welcome(welcome("R", "e", event(3)));
  t.welcome(welcome("R", "e", event(4)));
  assert.deepEqual(shown(t), [3, 4]);
  t.welcome(welcome("R", "restored", event(3)));
  assert.deepEqual(shown(t), [3], "4 was never written in the house that was restored");
  t.welcome(welcome("S", "restored", event(1)));
  assert.deepEqual(shown(t), [1]);
  assert.equal(t.since, 1);
});

test("unread counts what others said", () => {
  const t = new Timeline();
  t.welcome(welcome("R", "e", event(1, "contact"), event(2), event(4), event(6, "contact")));
  assert.equal(t.after(0), 2);
  assert.equal(t.after(2), 1);
  assert.equal(t.after(6), 0);
});
