// What an agent may see while it is written leaves the browser without what nobody should type into a chat.

/** The end of a draft, with long numbers (cards, accounts) made unreadable. */
export function preview(draft: string): string {
  return draft.replace(/\d(?:[ -]?\d){11,18}/g, (number) => number.replace(/\d/g, "•")).slice(-500);
}
