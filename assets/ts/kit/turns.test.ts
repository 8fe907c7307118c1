import assert from "node:assert/strict";
import { test } from "node:test";
import { Turns } from "./turns";

/** Lets everything happen that waits for nothing but its turn. */
const settle = () => new Promise((done) => setImmediate(done));

function stage(wanted: boolean) {
  const s = { wanted, begun: 0, under: 0, most: 0, end: () => {} };
  const turns = new Turns(
    async () => {
      s.begun++;
      s.most = Math.max(s.most, ++s.under);
      await new Promise<void>((end) => (s.end = end));
      s.under--;
    },
    () => s.wanted,
    4_000,
  );
  return { s, turns };
}

test("asked for many times while a turn is under way, there is one more and one timer", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { s, turns } = stage(true);
  for (let i = 0; i < 5; i++) {
    void turns.now();
    turns.goOn();
  }
  s.end();
  await settle();
  assert.equal(s.begun, 2);
  s.end();
  await settle();
  t.mock.timers.tick(4_000);
  assert.equal(s.begun, 3);
  t.mock.timers.tick(40_000); // it has not ended
  assert.deepEqual([s.begun, s.most], [3, 1]);
});

test("a turn that is taken at once puts off the one that was due", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { s, turns } = stage(true);
  turns.goOn();
  t.mock.timers.tick(3_000);
  void turns.now();
  s.end();
  await settle();
  t.mock.timers.tick(3_999);
  assert.equal(s.begun, 1);
  t.mock.timers.tick(1);
  assert.equal(s.begun, 2);
});

test("what nobody wants any more ends, and may begin again", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { s, turns } = stage(false);
  turns.goOn();
  t.mock.timers.tick(40_000);
  assert.equal(s.begun, 0);
  void turns.now();
  s.end();
  await settle();
  t.mock.timers.tick(40_000);
  assert.equal(s.begun, 1);
  s.wanted = true;
  turns.goOn();
  t.mock.timers.tick(4_000);
  assert.equal(s.begun, 2);
});
