/**
 * A shelf keeps small texts for one widget: in the page's own storage, and in memory where that is full or forbidden, so that
 * nothing fails in a private window. The visitor's token lies here, and what was written and has not arrived yet.
 */
export interface Shelf {
  get(name: string): string;
  put(name: string, value: string | null): void; // null takes it away
  all(prefix: string): [name: string, value: string][];
  clear(): void;
  /** Calls back with what another tab puts under a name. */
  watch(name: string, heard: (value: string) => void): void;
}

export function shelf(kind: "localStorage" | "sessionStorage", widget: string): Shelf {
  const start = `deskbell:${widget}:`;
  const memory = new Map<string, string>();

  const names = () => {
    const found = new Set(memory.keys());
    attempt(() => Object.keys(window[kind]).forEach((key) => key.startsWith(start) && found.add(key.slice(start.length))));
    return [...found];
  };
  const get = (name: string) => memory.get(name) ?? attempt(() => window[kind].getItem(start + name)) ?? "";
  const put = (name: string, value: string | null) => {
    memory.delete(name);
    if (value === null) {
      attempt(() => window[kind].removeItem(start + name));
    } else if (!attempt(() => (window[kind].setItem(start + name, value), true))) {
      memory.set(name, value);
    }
  };

  return {
    get,
    put,
    all: (prefix) =>
      names()
        .filter((name) => name.startsWith(prefix))
        .map((name) => [name, get(name)]),
    clear: () => names().forEach((name) => put(name, null)),
    watch: (name, heard) => addEventListener("storage", (e) => e.key === start + name && e.newValue && heard(e.newValue)),
  };
}

/** Even reading window.localStorage throws where storage is blocked. */
function attempt<T>(deed: () => T): T | undefined {
  try {
    return deed();
  } catch {
    return undefined;
  }
}
