import catalogue from "catalogue:widget/loader"; // languages, each with its sentences; the bundler reads the catalogues

/** The language that we speak and that fits best: the page's, else the browser's; empty if we speak none of them. */
export const lang = [document.documentElement.lang, ...navigator.languages].map(nearest).find(Boolean) ?? "";

/** A sentence in the page's language. */
export function say(key: string): string {
  return catalogue[lang || "en"]?.[key] ?? "";
}

function nearest(wanted: string): string | undefined {
  const [base] = wanted.toLowerCase().split("-");
  const known = Object.keys(catalogue);
  return known.find((l) => l.toLowerCase() === wanted.toLowerCase()) ?? known.find((l) => l.toLowerCase().split("-")[0] === base);
}
