// What the loader on the shop's page and the frame say to each other. Both ends are ours, but the port crosses origins: each end
// checks the kind of what it hears and takes nothing else from it on trust.

/** Where the visitor is. Queries are left out: they may hold what is nobody's business. */
export interface Page {
  url: string;
  title: string;
  referrer: string;
}

/** How a shop wants its widget to look. What is missing or odd falls back to our own look. */
export interface Look {
  color?: string; // #rrggbb
  side?: "left" | "right";
}

export type ToFrame =
  | { t: "start"; visitor: string; kept: [name: string, value: string][]; page: Page; open: boolean; focus: boolean }
  | { t: "open"; focus: boolean }
  | { t: "close" }
  | { t: "page"; page: Page }
  | { t: "read"; mark: string } // what another tab kept as "read"
  | { t: "forget" }; // the visitor signed out of the shop: nothing of them stays here

export type ToLoader =
  | { t: "close" }
  | { t: "unread"; count: number }
  | { t: "visitor"; token: string }
  | { t: "keep"; name: string; value: string | null } // null: no longer
  | { t: "look"; look: Look }
  | { t: "talk"; on: boolean }; // a conversation runs: on the next page the frame is there at once

/** The two plain messages that bring the port about; neither carries anything. */
export const READY = "deskbell:ready";
export const PORT = "deskbell:port";
