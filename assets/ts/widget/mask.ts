// What an agent may see while it is written leaves the browser without what nobody should type into a chat.

/**
 * The end of a draft, with long numbers (cards, accounts) made unreadable. From nine digits on: a card's number grows before our
 * eyes, and most of it must not be seen on the way to its end.
 */
export function preview(draft: string): string {
  return draft.replace(/\d(?:[ -]?\d){8,18}/g, (number) => number.replace(/\d/g, "•")).slice(-500);
}
