import { preview } from "./mask";

const SHORTEST = 6; // letters: less is a greeting
const LONGEST = 200;
const MOST = 3;

/**
 * What the search in the help is asked about a message that is being written: its sentences, the latest first, for a search wants
 * most of the words that it is given, and no article has those of a whole letter. Long numbers stay in the browser.
 */
export function questions(message: string): string[] {
  return preview(message)
    .split(/[.!?…;\n]+/)
    .map((sentence) => sentence.trim().slice(0, LONGEST))
    .filter((sentence) => sentence.length >= SHORTEST)
    .reverse()
    .slice(0, MOST);
}
