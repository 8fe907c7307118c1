// How long to wait before the next try. After a restart of the server all its visitors come back at once: the waits are spread
// from the first one on, and soon long enough that a server which is down is left in peace.

const FIRST = 1500; // milliseconds
const LONGEST = 15_000;

/** The wait before try number n (0 for the first that follows a loss), drawn by chance between a part and the whole. */
export function wait(n: number, chance: () => number = Math.random): number {
  const whole = Math.min(LONGEST, FIRST * 2 ** Math.min(n, 10));
  return Math.round(whole * (0.2 + 0.8 * chance()));
}
