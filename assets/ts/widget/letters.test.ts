import assert from "node:assert/strict";
import { test } from "node:test";
import { letters } from "./letters";

test("a name has the letters that it has everywhere else", () => {
  for (const [name, want] of Object.entries({
    "Daniela Reis": "DR",
    "daniela": "D",
    " Ana Maria de Souza ": "AS",
    "Émile (Sales)": "ÉS",
    "Rui –": "R",
    "7 Mares": "7M",
    "…": "",
    "": "",
  })) {
    assert.equal(letters(name), want, name);
  }
});
