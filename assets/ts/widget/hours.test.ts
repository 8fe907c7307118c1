import assert from "node:assert/strict";
import test from "node:test";
import { answerBy, backAt, inTime, type Hours } from "./hours";

const at = (day: number, hour: number) => Date.UTC(2026, 2, day, hour);
const time = (day: number, hour: number) => new Date(at(day, hour)).toISOString();
const friday: Hours = { closes: time(6, 17), opens: time(9, 9), promise: "Two hours.", answers: 120, by: time(9, 11) };
const saturday: Hours = { ...friday, closes: "" };
const always: Hours = { closes: "", opens: "", promise: "Two hours.", answers: 120, by: "" };

test("two hours are promised as long as two hours are left", () => {
  assert.ok(inTime(friday, at(6, 15)));
  assert.ok(!inTime(friday, at(6, 16)), "an hour before the shop closes");
  assert.ok(!inTime(saturday, at(7, 12)));
  assert.ok(inTime(always, at(7, 12)));
});

test("a page that stays open does not lie later", () => {
  assert.equal(backAt(friday, at(6, 16)), undefined, "nobody knows when somebody is back in the shop's hours");
  assert.equal(backAt(friday, at(6, 18)), at(9, 9));
  assert.equal(backAt(friday, at(9, 10)), undefined);
  assert.equal(backAt(saturday, at(7, 12)), at(9, 9));
  assert.equal(backAt(always, at(7, 12)), undefined);
});

test("what comes too late is answered when the shop is open again", () => {
  assert.equal(answerBy(friday, at(6, 16)), at(9, 11));
  assert.equal(answerBy(friday, at(9, 12)), undefined, "that has gone by");
  assert.equal(answerBy(always, at(6, 16)), undefined);
});
