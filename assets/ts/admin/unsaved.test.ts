import assert from "node:assert/strict";
import { test } from "node:test";
import { fate, parse } from "./unsaved";

const kept = { words: { title: "Lime", text: "Vinegar." }, base: "3" };

test("what differs from the page is offered", () => {
  assert.equal(fate(kept, { title: "Lime", text: "" }, false), "offer");
  assert.equal(fate(kept, { title: "Lime" }, false), "offer");
});

test("what the page shows already is forgotten", () => {
  assert.equal(fate(kept, { title: "Lime", text: "Vinegar.", category: "7" }, false), "forget");
});

test("a form that comes back is kept anew, whatever was kept before", () => {
  assert.equal(fate(kept, { title: "Lime", text: "Lemon." }, true), "renew");
  assert.equal(fate(null, { title: "", text: "" }, true), "renew");
});

test("nothing is kept of a form that nobody has typed into", () => {
  assert.equal(fate(null, { title: "Lime" }, false), "nothing");
});

test("what is no form of ours is not read", () => {
  assert.deepEqual(parse(JSON.stringify(kept)), kept);
  for (const text of ["", "Dear Zoe", "null", "7", '{"words":"all"}']) {
    assert.equal(parse(text), null);
  }
});
