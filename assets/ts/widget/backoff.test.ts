import assert from "node:assert/strict";
import test from "node:test";
import { wait } from "./backoff";

test("waits grow, and stop growing", () => {
  const longest = Array.from({ length: 12 }, (_, n) => wait(n, () => 1));
  assert.equal(longest[0], 1500);
  assert.equal(longest[1], 3000);
  assert.equal(longest.at(-1), 15_000);
  assert.equal(wait(5000, () => 1), 15_000);
});

test("visitors who lost the server together come back apart", () => {
  assert.ok(wait(0, () => 0) <= 300);
  assert.ok(wait(0, () => 1) >= 1500);
  assert.ok(wait(8, () => 0) > 0, "a try never follows at once");
});
