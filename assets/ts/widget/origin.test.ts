import assert from "node:assert/strict";
import test from "node:test";
import { allowed } from "./origin";

const house = "https://help.example";
const sites = ["https://shop.example", "https://*.stores.example", "http://localhost:8081"];

for (const origin of ["https://shop.example", "https://a.stores.example", "https://a.b.stores.example", "http://localhost:8081", house]) {
  test(`${origin} may`, () => assert.ok(allowed(origin, sites, house)));
}

for (const origin of [
  "null",
  "",
  "http://shop.example",
  "https://shop.example:444",
  "https://shop.example.evil.example",
  "https://evilshop.example",
  "https://stores.example",
  "https://evilstores.example",
  "http://a.stores.example",
  "https://evil.example/.stores.example",
  "http://localhost:8082",
]) {
  test(`${origin || "an empty origin"} may not`, () => assert.ok(!allowed(origin, sites, house)));
}
