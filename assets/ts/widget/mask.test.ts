import assert from "node:assert/strict";
import test from "node:test";
import { preview } from "./mask";

test("card numbers do not leave the browser, order numbers do", () => {
  assert.equal(preview("my card 4111 1111-1111 1111 ok"), "my card •••• ••••-•••• •••• ok");
  assert.equal(preview("order 20261234"), "order 20261234");
});

test("only the end of a long draft is shown", () => {
  assert.equal(preview("a".repeat(600) + "z").length, 500);
});
