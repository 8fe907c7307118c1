// The frames of the widget's socket, as /w/socket, /w/stream and /w/poll carry them: one JSON object each, `t` names the kind.
import type { Page } from "./bridge";

export interface Hello {
  t: "hello";
  v: 1;
  widget: string;
  visitor: string;
  ticket: string;
  epoch: string;
  since: number;
  lang: string;
  tz: string;
  page: Page;
}

/** Fields of the form that stands in for the chat while nobody is here. */
export interface Fields {
  name: string;
  email: string;
  text: string;
}

export type Out =
  | { t: "say"; id: string; text: string; attachments?: string[] }
  | { t: "form"; id: string; fields: Fields; attachments?: string[] }
  | { t: "end"; id: string }
  | { t: "rate"; id: string; score: number; comment: string }
  | { t: "typing"; on: boolean; text?: string }
  | { t: "page"; url: string; title: string }
  | { t: "read"; seq: number };

/** A file that the server has. */
export interface Kept {
  id: string;
  name: string;
  type: string;
  size: number;
}

export interface Attachment extends Kept {
  url: string; // empty until the message that it belongs to has arrived
}

/** One thing that happened on the ticket and that its customer may see. */
export interface Event {
  seq: number;
  kind: string;
  from: string; // contact, agent, system, bot or community
  name?: string;
  text?: string;
  score?: number; // 1 to 5, of a rating
  html?: string;
  at: string;
  attachments?: Attachment[];
}

export interface Welcome {
  t: "welcome";
  visitor: string;
  ticket: string;
  epoch: string;
  seq: number;
  online: boolean;
  queue: number;
  preview: boolean;
  events: Event[];
  agent?: string; // who answers
  read?: number; // how far an agent has read
  over?: boolean; // they hold the conversation for solved
  limits?: { text?: number };
  session?: string; // on the fallbacks
}

export interface Refusal {
  t: "error";
  code: string;
  message?: string;
  id?: string;
  retry_after?: number; // seconds
}

/** The server has it on its disk. */
export interface Ack {
  t: "ack";
  id: string;
  ticket?: string;
  seq: number;
  at: string;
  attachments?: Attachment[];
}

export type In =
  | Welcome
  | Refusal
  | ({ t: "event" } & Event)
  | Ack
  | { t: "typing"; name?: string; on: boolean }
  | { t: "presence"; online: boolean; queue?: number; agent?: string; over?: boolean }
  | { t: "read"; seq: number };

/** Whether the visitor wrote it, in this tab or another. */
export function own(e: Event): boolean {
  return e.from === "contact" || e.from === "visitor";
}
