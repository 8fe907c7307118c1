// Moments, as their reader would say them: in his language, his zone, and as long as they are worth.

export type Form = "ago" | "brief" | "when" | "clock" | "day" | "full";

const minute = 60_000;
const day = 24 * 60 * minute;

/**
 * Says a moment as it looks from now. "ago" is minutes, then the clock, then yesterday and the weekday, then the date; "brief"
 * is the same for a narrow list; "when" never leaves the clock out, for what is read in the order in which it happened.
 */
export function say(at: Date, now: Date, form: Form, lang: string, zone?: string): string {
  switch (form) {
    case "clock":
      return new Intl.DateTimeFormat(lang, { timeStyle: "short", timeZone: zone }).format(at);
    case "day":
      return new Intl.DateTimeFormat(lang, { dateStyle: "long", timeZone: zone }).format(at);
    case "full":
      return new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short", timeZone: zone }).format(at);
    default:
      return near(at, now, form, lang) ?? far(at, now, form, lang, zone);
  }
}

/** The minutes of the last hour; undefined for what is longer ago. */
function near(at: Date, now: Date, form: Form, lang: string): string | undefined {
  const past = now.getTime() - at.getTime();
  if (past < -minute || past >= 60 * minute) {
    return undefined;
  }
  const minutes = Math.max(0, Math.floor(past / minute));
  if (minutes === 0) {
    return new Intl.RelativeTimeFormat(lang, { numeric: "auto" }).format(0, "second");
  }
  if (form === "brief") {
    return new Intl.NumberFormat(lang, { style: "unit", unit: "minute", unitDisplay: "short" }).format(minutes);
  }
  return new Intl.RelativeTimeFormat(lang, { style: "long" }).format(-minutes, "minute");
}

/** The clock of today, or the day. */
function far(at: Date, now: Date, form: Form, lang: string, zone?: string): string {
  const days = dayOf(now, zone) - dayOf(at, zone);
  const clock: Intl.DateTimeFormatOptions = form === "when" ? { hour: "numeric", minute: "2-digit" } : {};
  if (days === 0) {
    return say(at, now, "clock", lang, zone);
  }
  if (days === 1 && form !== "when") {
    return new Intl.RelativeTimeFormat(lang, { numeric: "auto" }).format(-1, "day");
  }
  if (days > 0 && days < 7) {
    return new Intl.DateTimeFormat(lang, { weekday: "short", ...clock, timeZone: zone }).format(at);
  }
  const sameYear = year(at, zone) === year(now, zone);
  const date: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", year: sameYear ? undefined : "numeric" };
  return new Intl.DateTimeFormat(lang, { ...date, ...clock, timeZone: zone }).format(at);
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
