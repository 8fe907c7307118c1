import type { Look } from "./bridge";
import type { Hours } from "./hours";

/** What the server writes into the frame's page for its script. */
export interface Data {
  widget: string; // key
  sites: string[]; // whose pages may embed us
  house: string; // our own origin
  lang: string;
  shop: string;
  greeting: string;
  team: string[]; // names of who usually answers
  online: boolean;
  hours: Hours;
  look: Look;
  articles: Article[]; // to begin with
  help: boolean; // whether anything is published at all
  file_limit: number; // bytes that a file may have
  words: Record<string, string>;
}

/** A page of the help centre. */
export interface Article {
  title: string;
  snippet: string;
  url: string;
}

export function readData(): Data {
  return JSON.parse(document.getElementById("data")!.textContent) as Data;
}
