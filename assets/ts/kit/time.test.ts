import assert from "node:assert/strict";
import { test } from "node:test";
import { say } from "./time";

const now = new Date("2026-03-04T15:00:00Z"); // a Wednesday

test("a list says a moment as briefly as it can", () => {
  const cases: [string, string, string][] = [
    ["2026-03-04T14:59:40Z", "en", "now"],
    ["2026-03-04T14:55:00Z", "en", "5 min"],
    ["2026-03-04T14:55:00Z", "pt-BR", "5 min"],
    ["2026-03-04T09:05:00Z", "en-GB", "09:05"],
    ["2026-03-03T23:59:00Z", "en", "yesterday"],
    ["2026-03-03T23:59:00Z", "pt-BR", "ontem"],
    ["2026-03-02T23:59:00Z", "en", "Mon"],
    ["2026-02-20T10:00:00Z", "en-GB", "20 Feb"],
    ["2025-12-31T10:00:00Z", "en-GB", "31 Dec 2025"],
    ["2026-03-02T12:00:00Z", "pt-BR", "seg."],
  ];
  for (const [at, lang, want] of cases) {
    assert.equal(say(new Date(at), now, "brief", lang, "UTC"), want, at);
  }
});

test("a post says that its minutes have passed", () => {
  assert.equal(say(new Date("2026-03-04T14:55:00Z"), now, "ago", "en-GB", "UTC"), "5 minutes ago");
  assert.equal(say(new Date("2026-03-03T14:55:00Z"), now, "ago", "en-GB", "UTC"), "yesterday");
});

test("a timeline never leaves the clock out", () => {
  const cases: [string, string][] = [
    ["2026-03-04T09:05:00Z", "09:05"],
    ["2026-03-03T09:05:00Z", "Tue, 09:05"],
    ["2026-02-20T10:00:00Z", "20 Feb, 10:00"],
    ["2025-12-31T10:00:00Z", "31 Dec 2025, 10:00"],
  ];
  for (const [at, want] of cases) {
    assert.equal(say(new Date(at), now, "when", "en-GB", "UTC").replace(/^Tue /, "Tue, "), want, at); // releases of ICU differ in the comma
  }
});

test("a clock that runs a little ahead of ours still says now", () => {
  assert.equal(say(new Date("2026-03-04T15:00:20Z"), now, "ago", "en", "UTC"), "now");
});

test("the reader's zone decides which day it is", () => {
  const at = new Date("2026-03-04T02:00:00Z");
  assert.equal(say(at, now, "ago", "en-GB", "UTC"), "02:00");
  assert.equal(say(at, now, "ago", "en-GB", "America/Sao_Paulo"), "yesterday");
});
