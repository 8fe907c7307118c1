import type { Fields, Kept } from "./protocol";

/** Words on their way. They keep their id until the server has them for good, so that sending twice never says twice. */
export interface Parcel {
  id: string;
  at: number; // milliseconds since 1970, by this browser's clock
  what: { t: "say"; text: string } | { t: "form"; fields: Fields } | { t: "end" } | { t: "rate"; score: number; comment: string };
  files?: Kept[]; // that go with it
  failed?: string; // the code with which the server refused it
  why?: string; // its sentence
}

/** Where parcels lie between page views: names and texts. */
export type Keep = (name: string, value: string | null) => void;

const PREFIX = "out:";

/**
 * The outbox holds what the visitor said and the server has not confirmed. Every parcel is kept under its own name, because
 * several tabs share the storage: none can overwrite what another has written. Two tabs may send the same parcel; its id makes
 * that harmless.
 */
export class Outbox {
  private parcels: Parcel[] = [];

  constructor(
    kept: [name: string, value: string][],
    private readonly keep: Keep,
    private readonly newId: () => string = randomId,
    private readonly now: () => number = Date.now,
  ) {
    for (const [name, value] of kept) {
      const parcel = name.startsWith(PREFIX) ? parse(value) : undefined;
      if (parcel) {
        this.parcels.push(parcel);
      }
    }
    this.parcels.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  }

  /** In the order in which they were written, which is the order in which they go out. */
  get all(): readonly Parcel[] {
    return this.parcels;
  }

  /** The next to go. One at a time: a refused message must not be overtaken by the one after it. */
  get next(): Parcel | undefined {
    return this.parcels.find((p) => !p.failed);
  }

  add(what: Parcel["what"], files: Kept[] = []): Parcel {
    const last = this.parcels.at(-1)?.at ?? 0;
    const parcel: Parcel = { id: this.newId(), at: Math.max(this.now(), last + 1), what };
    if (files.length) {
      parcel.files = files;
    }
    this.parcels.push(parcel);
    this.write(parcel);
    return parcel;
  }

  /** The server has it. */
  done(id: string): Parcel | undefined {
    const parcel = this.parcels.find((p) => p.id === id);
    this.parcels = this.parcels.filter((p) => p !== parcel);
    this.keep(PREFIX + id, null);
    return parcel;
  }

  /** The server will not have it as it is. */
  fail(id: string, code: string, why = ""): void {
    const parcel = this.parcels.find((p) => p.id === id);
    if (parcel) {
      parcel.failed = code;
      parcel.why = why;
      this.write(parcel);
    }
  }

  /** The visitor wants it sent after all. An id that was used for other words cannot be used again. */
  retry(id: string): void {
    const parcel = this.parcels.find((p) => p.id === id);
    if (!parcel?.failed) {
      return;
    }
    if (parcel.failed === "id_reused") {
      this.keep(PREFIX + id, null);
      parcel.id = this.newId();
    }
    delete parcel.failed;
    delete parcel.why;
    this.write(parcel);
  }

  clear(): void {
    this.parcels.forEach((p) => this.keep(PREFIX + p.id, null));
    this.parcels = [];
  }

  private write(parcel: Parcel): void {
    this.keep(PREFIX + parcel.id, JSON.stringify(parcel));
  }
}

/** A kept text as a parcel. The storage belongs to the shop's page: what is not in our shape is not ours. */
function parse(value: string): Parcel | undefined {
  try {
    const p = JSON.parse(value) as Parcel;
    const sound =
      typeof p.id === "string" &&
      (p.files === undefined || (Array.isArray(p.files) && p.files.every((f) => typeof f?.id === "string" && typeof f.name === "string"))) &&
      typeof p.at === "number" &&
      ((p.what?.t === "say" && typeof p.what.text === "string") ||
        p.what?.t === "end" ||
        (p.what?.t === "rate" && typeof p.what.score === "number") ||
        (p.what?.t === "form" && typeof p.what.fields?.text === "string"));
    return sound ? p : undefined;
  } catch {
    return undefined;
  }
}

/** 128 bits by chance. crypto.randomUUID would be missing on a page without TLS. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
