import assert from "node:assert/strict";
import test from "node:test";
import { preview } from "./mask";

test("card numbers do not leave the browser, order numbers do", () => {
  assert.equal(preview("my card 4111 1111-1111 1111 ok"), "my card •••• ••••-•••• •••• ok");
  assert.equal(preview("order 20261234"), "order 20261234");
});

test("most of a card's number is not seen while it grows", () => {
  const number = "4111 1111 1111 1111";
  for (let n = 1; n <= number.length; n++) {
    assert.ok(preview(number.slice(0, n)).replace(/\D/g, "").length < 9, number.slice(0, n));
  }
});

test("only the end of a long draft is shown", () => {
  assert.equal(preview("a".repeat(600) + "z").length, 500);
});
