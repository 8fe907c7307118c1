/**
 * The first letters of the first and the last word of a name, as the house draws them on its own pages (kit.Initials). A word
 * without letters or digits has none.
 */
export function letters(name: string): string {
  const firsts = name.split(/\s+/).flatMap((word) => /[\p{L}\p{N}]/u.exec(word)?.[0] ?? []);
  const [first = "", last = ""] = [firsts[0], firsts.length > 1 ? firsts.at(-1) : ""];
  return (first + last).toLocaleUpperCase();
}
