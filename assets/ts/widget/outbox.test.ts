import assert from "node:assert/strict";
import test from "node:test";
import { Outbox } from "./outbox";

/** A shelf that outlives outboxes, as the shop page's storage does. */
function shelf() {
  const lies = new Map<string, string>();
  return {
    lies,
    kept: () => [...lies],
    keep: (name: string, value: string | null) => (value === null ? lies.delete(name) : lies.set(name, value)),
  };
}

const say = (text: string) => ({ t: "say", text }) as const;
const texts = (o: Outbox) => o.all.map((p) => (p.what.t === "say" ? p.what.text : p.what.t));

test("what was written survives a reload, in its order", () => {
  const s = shelf();
  const before = new Outbox(s.kept(), s.keep, undefined, () => 1000); // a clock that stands still
  ["one", "two", "three"].forEach((text) => before.add(say(text)));

  const after = new Outbox(s.kept(), s.keep);
  assert.deepEqual(texts(after), ["one", "two", "three"]);
  assert.deepEqual(
    after.all.map((p) => p.id),
    before.all.map((p) => p.id),
    "the ids stay, or the server would take them twice",
  );
});

test("what has arrived is gone for good", () => {
  const s = shelf();
  const o = new Outbox(s.kept(), s.keep);
  const one = o.add(say("one"));
  o.add(say("two"));
  assert.equal(o.done(one.id)?.id, one.id);
  assert.equal(o.done(one.id), undefined, "a second ack changes nothing");
  assert.deepEqual(texts(new Outbox(s.kept(), s.keep)), ["two"]);
});

test("two tabs do not take each other's words away", () => {
  const s = shelf();
  const left = new Outbox(s.kept(), s.keep);
  const right = new Outbox(s.kept(), s.keep);
  left.add(say("from the left"));
  right.add(say("from the right"));
  assert.equal(new Outbox(s.kept(), s.keep).all.length, 2);
});

test("one goes after the other, and a refused one lets the next pass", () => {
  const s = shelf();
  const o = new Outbox(s.kept(), s.keep);
  const one = o.add(say("too long"));
  const two = o.add(say("short"));
  assert.equal(o.next, one);
  o.fail(one.id, "too_long");
  assert.equal(o.next, two);
  assert.equal(new Outbox(s.kept(), s.keep).all[0]?.failed, "too_long", "it stays, to be sent again by hand");
});

test("sending again keeps the id, unless it was used for other words", () => {
  const s = shelf();
  const o = new Outbox(s.kept(), s.keep);
  const full = o.add(say("a")).id;
  o.fail(full, "storage_full");
  o.retry(full);
  assert.equal(o.next?.id, full);

  o.fail(full, "id_reused");
  o.retry(full);
  assert.notEqual(o.next?.id, full);
  assert.deepEqual([...s.lies.keys()], [`out:${o.next?.id}`]);
});

test("what is not in our shape is left alone", () => {
  const s = shelf();
  s.keep("out:x", "{broken");
  s.keep("out:y", '{"id":"y","at":1,"what":{"t":"constructor"}}');
  s.keep("out:z", "null");
  s.keep("read", "ABC 7");
  assert.equal(new Outbox(s.kept(), s.keep).all.length, 0);
});
