// Moments, as their reader would say them: in his language, his zone, and as long as they are worth.

export type Form = "ago" | "clock" | "day" | "full";

const minute = 60_000;
const day = 24 * 60 * minute;

/** Says a moment as it looks from now. "ago" is for lists: minutes, then the clock, then the weekday, then the date. */
export function say(at: Date, now: Date, form: Form, lang: string, zone?: string): string {
  switch (form) {
    case "clock":
      return new Intl.DateTimeFormat(lang, { timeStyle: "short", timeZone: zone }).format(at);
    case "day":
      return new Intl.DateTimeFormat(lang, { dateStyle: "long", timeZone: zone }).format(at);
    case "full":
      return new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short", timeZone: zone }).format(at);
    default:
      return ago(at, now, lang, zone);
  }
}

function ago(at: Date, now: Date, lang: string, zone?: string): string {
  const past = now.getTime() - at.getTime();
  if (past >= -minute && past < 60 * minute) {
    const minutes = Math.max(0, Math.floor(past / minute));
    const words = new Intl.RelativeTimeFormat(lang, { numeric: minutes === 0 ? "auto" : "always", style: "narrow" });
    return minutes === 0 ? words.format(0, "second") : words.format(-minutes, "minute");
  }
  const days = dayOf(now, zone) - dayOf(at, zone);
  if (days === 0) {
    return say(at, now, "clock", lang, zone);
  }
  if (days > 0 && days < 7) {
    return new Intl.DateTimeFormat(lang, { weekday: "short", timeZone: zone }).format(at);
  }
  const sameYear = year(at, zone) === year(now, zone);
  return new Intl.DateTimeFormat(lang, { day: "numeric", month: "short", year: sameYear ? undefined : "numeric", timeZone: zone }).format(at);
}

/** The number of the day that at falls on in its zone. */
function dayOf(at: Date, zone?: string): number {
  const [y, m, d] = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" })
    .format(at)
    .split("-")
    .map(Number) as [number, number, number];
  return Math.round(Date.UTC(y, m - 1, d) / day);
}

function year(at: Date, zone?: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric" }).format(at);
}

/** The page's language as this reader has it: an Englishman reads the clock otherwise than an American. */
export function readersLanguage(): string {
  const page = document.documentElement.lang || "en";
  return navigator.languages.find((own) => own.split("-")[0] === page.split("-")[0]) ?? page;
}

/** Says every moment below root. */
function sayAll(root: ParentNode): void {
  const lang = readersLanguage();
  const now = new Date();
  for (const element of root.querySelectorAll<HTMLTimeElement>("time[data-time]")) {
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.getTime())) {
      continue;
    }
    const words = say(at, now, element.dataset.time as Form, lang);
    if (element.textContent !== words) {
      element.textContent = words;
    }
    element.title = say(at, now, "full", lang);
  }
}

/** Says all moments of the page, those that arrive later, and all of them again as time goes by. */
export function keepTime(): void {
  sayAll(document);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (node instanceof Element) {
          sayAll(node.parentNode ?? document);
        }
      }
    }
  }).observe(document.body, { childList: true, subtree: true });
  setInterval(() => sayAll(document), 30_000);
}
