const pause = 4_000;

// A part of the page that waits for something to happen elsewhere (data-again, with an id) is read again from the page's own
// address until it waits no more. What was typed beside it stays.
export function lookAgain(): void {
  const part = document.querySelector("[data-again]");
  if (part) {
    setTimeout(() => void read(part).then(lookAgain), pause);
  }
}

/** Reads one part again now, and then for as long as it waits. */
export function lookAt(part: Element): void {
  void read(part).then(lookAgain);
}

async function read(part: Element): Promise<void> {
  if (document.hidden) {
    return;
  }
  try {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById(part.id);
    if (answer.ok && now && now.outerHTML !== part.outerHTML) {
      part.replaceWith(now);
    }
  } catch {
    // offline: the next time
  }
}
