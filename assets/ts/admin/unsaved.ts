// What a browser keeps of a form that is not saved yet. This module knows no browser, so that it can be tested alone.

/** The words of a form by the names of its fields. */
export type Words = Record<string, string>;

export interface Unsaved {
  words: Words;
  /** The version that was before whoever typed, so that nothing of somebody else's is lost; "" where there is none. */
  base: string;
}

/** What to do with what is kept, when a page comes that shows now. */
export type Fate = "nothing" | "offer" | "forget" | "renew";

/** typed: the page shows what was typed, because the form came back, and not what is saved. */
export function fate(kept: Unsaved | null, now: Words, typed: boolean): Fate {
  if (typed) {
    return "renew";
  }
  if (!kept) {
    return "nothing";
  }
  return Object.entries(kept.words).every(([name, words]) => (now[name] ?? "") === words) ? "forget" : "offer";
}

/** Reads what was kept; what cannot be read was not kept by us. */
export function parse(text: string): Unsaved | null {
  try {
    const { words, base } = JSON.parse(text) as Unsaved;
    return words && typeof words === "object" ? { words, base } : null;
  } catch {
    return null;
  }
}
