// The frame speaks the language in which the server has sent its page.

let texts: Record<string, string> = {};
let lang = "en";
let plural = new Intl.PluralRules("en");

export function speak(language: string, words: Record<string, string>): void {
  lang = language;
  texts = words;
  plural = new Intl.PluralRules(language);
}

/** A sentence of the catalogue; the value named count chooses the plural form. */
export function say(key: string, values: Record<string, string | number> = {}): string {
  const form = typeof values.count === "number" ? texts[`${key}#${plural.select(values.count)}`] : undefined;
  const text = form ?? texts[`${key}#other`] ?? texts[key] ?? key;
  return text.replace(/\{\{\.(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** "10:42" */
export function clock(at: Date): string {
  return at.toLocaleTimeString(lang, { hour: "numeric", minute: "2-digit" });
}

/** "Today", "Yesterday", "Monday, 3 March" */
export function day(at: Date, now = new Date()): string {
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (days === 0 || days === 1) {
    const word = new Intl.RelativeTimeFormat(lang, { numeric: "auto" }).format(-days, "day");
    return word.charAt(0).toLocaleUpperCase(lang) + word.slice(1);
  }
  return at.toLocaleDateString(lang, { weekday: "long", day: "numeric", month: "long", year: days > 300 ? "numeric" : undefined });
}

/** "today at 9:00", "Monday at 9:00" as values for a sentence: the day, and the time of the day. */
export function moment(at: Date, now = new Date()): { day: string; time: string } {
  const days = Math.round((midnight(at) - midnight(now)) / 86_400_000);
  const name =
    days < 2
      ? new Intl.RelativeTimeFormat(lang, { numeric: "auto" }).format(days, "day")
      : at.toLocaleDateString(lang, days < 7 ? { weekday: "long" } : { weekday: "long", day: "numeric", month: "long" });
  return { day: name, time: clock(at) };
}

/** "Ana and Rui" */
export function list(names: string[]): string {
  return new Intl.ListFormat(lang, { type: "conjunction" }).format(names);
}

function midnight(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}
