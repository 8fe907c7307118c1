import assert from "node:assert/strict";
import test from "node:test";
import { questions } from "./questions";

test("every sentence is a question, and the latest comes first", () => {
  assert.deepEqual(questions("Hello! My teapot arrived broken. How do I send it ba"), ["How do I send it ba", "My teapot arrived broken"]);
  assert.deepEqual(questions("Vocês entregam em Santos?\nÉ para um presente…"), ["É para um presente", "Vocês entregam em Santos"]);
});

test("a greeting asks nothing, and a letter not everything", () => {
  assert.deepEqual(questions("Hi!\n"), []);
  assert.equal(questions("Another sentence. ".repeat(40)).length, 3);
  assert.ok(questions("word ".repeat(90)).every((q) => q.length <= 200));
});

test("a card's number is no question", () => {
  assert.deepEqual(questions("My card is 4111 1111 1111 1111"), ["My card is •••• •••• •••• ••••"]);
});
