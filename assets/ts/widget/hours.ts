/** When the shop is open, as far as it says. Times are RFC 3339. */
export interface Hours {
  closes: string; // empty when it is closed, and when it never closes
  opens: string; // the next time after that; empty when nobody knows
  promise: string; // how soon somebody usually answers
  answers: number; // the same in minutes
  by: string; // when an answer comes to what is written while the shop is closed
}

/** When somebody is back, if the shop is closed: in its hours nobody can know. */
export function backAt(h: Hours, now: number): number | undefined {
  const opens = Date.parse(h.opens);
  return now < opens && !(now < Date.parse(h.closes)) ? opens : undefined;
}

/** Whether what is written now is answered before the shop closes, as it promises. */
export function inTime(h: Hours, now: number): boolean {
  return h.closes ? now + h.answers * 60_000 <= Date.parse(h.closes) : !h.opens;
}

/** When at the latest an answer comes to what cannot be answered before the shop closes. */
export function answerBy(h: Hours, now: number): number | undefined {
  const by = Date.parse(h.by);
  return now < by ? by : undefined;
}
