import assert from "node:assert/strict";
import { test } from "node:test";
import { say } from "./time";

const now = new Date("2026-03-04T15:00:00Z"); // a Wednesday

test("a list says a moment as briefly as it can", () => {
  const cases: [string, string, string][] = [
    ["2026-03-04T14:59:40Z", "en", "now"],
    ["2026-03-04T14:55:00Z", "en", "5m ago"],
    ["2026-03-04T09:05:00Z", "en-GB", "09:05"],
    ["2026-03-03T23:59:00Z", "en", "Tue"],
    ["2026-02-20T10:00:00Z", "en-GB", "20 Feb"],
    ["2025-12-31T10:00:00Z", "en-GB", "31 Dec 2025"],
    ["2026-03-03T12:00:00Z", "pt-BR", "ter."],
  ];
  for (const [at, lang, want] of cases) {
    assert.equal(say(new Date(at), now, "ago", lang, "UTC"), want, at);
  }
});

test("a clock that runs a little ahead of ours still says now", () => {
  assert.equal(say(new Date("2026-03-04T15:00:20Z"), now, "ago", "en", "UTC"), "now");
});

test("the reader's zone decides which day it is", () => {
  const at = new Date("2026-03-04T02:00:00Z");
  assert.equal(say(at, now, "ago", "en-GB", "UTC"), "02:00");
  assert.equal(say(at, now, "ago", "en-GB", "America/Sao_Paulo"), "Tue");
});
