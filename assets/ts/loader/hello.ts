import type { Look, Page } from "../widget/bridge";
import type { Place } from "./place";

export interface Answer {
  waiting: number; // messages that the visitor has not seen
  look: Look | undefined; // nobody could be asked
}

/**
 * Asks the server whether the widget may show itself here, and how. `found` is called once, or never: a server that is down, says
 * no or talks nonsense leaves the page as if we were not on it.
 *
 * A page whose policy forbids connections cannot ask. There the browser reports the violation, and the widget shows itself
 * as it looked last; the frame, which has a policy of its own, asks everything later.
 */
export function hello(at: Place, visitor: string, page: Page, found: (answer: Answer) => void): void {
  const waits = [15_000, 90_000]; // twice more, for a server that is just restarting
  let forbidden = false;

  document.addEventListener("securitypolicyviolation", (e) => {
    if (!forbidden && e.disposition === "enforce" && e.effectiveDirective === "connect-src" && e.blockedURI.startsWith(at.house)) {
      forbidden = true;
      found({ waiting: 0, look: undefined });
    }
  });

  const again = () => {
    const wait = waits.shift();
    if (wait && !forbidden) {
      setTimeout(ask, wait);
    }
  };
  const ask = () => {
    fetch(`${at.house}/w/hello`, {
      method: "POST",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      headers: { "Content-Type": "text/plain" }, // a simple request: no preflight before every page view
      body: JSON.stringify({ widget: at.widget, visitor, page }),
    })
      .then(async (response) => {
        if (response.status >= 500 || response.status === 429) {
          return again();
        }
        const answer = response.ok && read(await response.json());
        if (answer) {
          found(answer);
        }
      })
      .catch(again);
  };
  ask();
}

function read(raw: unknown): Answer | undefined {
  const a = raw as { online?: unknown; waiting?: unknown; look?: unknown } | null;
  if (typeof a?.online !== "boolean") {
    return undefined;
  }
  return { waiting: Number(a.waiting) || 0, look: a.look && typeof a.look === "object" ? a.look : {} };
}
