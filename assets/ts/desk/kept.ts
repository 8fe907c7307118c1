// What an agent has typed and nobody was sent yet, in his browser. One that keeps nothing for us loses nothing either: the words
// still stand where they were typed.

const prefix = "draft:";

/** Keeps words under a key; none forget it. */
export function keep(key: string, words: string): void {
  try {
    if (words === "") {
      localStorage.removeItem(prefix + key);
    } else {
      localStorage.setItem(prefix + key, words);
    }
  } catch {
    // as above, or there is no room
  }
}

export function kept(key: string): string {
  try {
    return localStorage.getItem(prefix + key) ?? "";
  } catch {
    return "";
  }
}

export function forgetAll(): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(prefix)) {
        localStorage.removeItem(key);
      }
    }
  } catch {
    // nothing was kept
  }
}
