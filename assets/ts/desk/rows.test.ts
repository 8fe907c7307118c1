import assert from "node:assert/strict";
import { test } from "node:test";
import { before, stays } from "./rows";

const rows = [
  { id: "c", moved: 9 },
  { id: "b", moved: 5 },
  { id: "a", moved: 2 },
];

test("a row belongs before the first that is older", () => {
  assert.equal(before(rows, { id: "new", moved: 12 })?.id, "c");
  assert.equal(before(rows, { id: "new", moved: 7 })?.id, "b");
  assert.equal(before(rows, { id: "new", moved: 1 }), null);
});

test("a row that moves up does not stand before itself", () => {
  assert.equal(before(rows, { id: "c", moved: 20 })?.id, "b");
  assert.equal(before(rows, { id: "a", moved: 20 })?.id, "c");
});

test("a row whose place did not change stays", () => {
  assert.equal(stays(rows, { id: "c", moved: 9 }), true);
  assert.equal(stays(rows, { id: "c", moved: 20 }), true);
  assert.equal(stays(rows, { id: "a", moved: 2 }), true);
  assert.equal(stays(rows, { id: "a", moved: 20 }), false);
  assert.equal(stays(rows, { id: "new", moved: 20 }), false);
});
