// Parts of the page that wait for something to happen elsewhere (data-again, each with an id) are read again from the page's own
// address, all by one reading, until none waits any more. What was typed beside them stays.
import { Turns } from "./turns";

const waiting = "[data-again]";
const asked = new Set<Element>(); // parts that wait for nothing as they stand, and are looked at once

const turns = new Turns(read, () => document.querySelector(waiting) !== null, 4_000);

export function lookAgain(): void {
  turns.goOn();
}

/** Reads one part again now, and then for as long as it waits. */
export function lookAt(part: Element): void {
  asked.add(part);
  void turns.now();
}

async function read(): Promise<void> {
  const parts = new Set([...document.querySelectorAll(waiting), ...asked].filter((part) => part.isConnected));
  asked.clear();
  if (document.hidden || parts.size === 0) {
    return;
  }
  try {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of answer.ok ? parts : []) {
      const now = page.getElementById(part.id);
      if (now && now.outerHTML !== part.outerHTML) {
        part.replaceWith(now);
      }
    }
  } catch {
    // offline: the next time
  }
}
