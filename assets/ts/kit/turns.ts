/** Does one thing in turns for as long as it is wanted, with a pause after each: never two at a time, however often it is asked for. */
export class Turns {
  private next: ReturnType<typeof setTimeout> | undefined;
  private busy = false;
  private again = false;

  constructor(
    private readonly turn: () => Promise<void>,
    private readonly wanted: () => boolean,
    private readonly pause: number,
  ) {}

  /** Goes on after a pause, if it is wanted. */
  goOn(): void {
    if (!this.busy && this.next === undefined && this.wanted()) {
      this.next = setTimeout(() => void this.now(), this.pause);
    }
  }

  /** Takes a turn now, or when the one under way has ended, and goes on from there. */
  async now(): Promise<void> {
    if (this.busy) {
      this.again = true;
      return;
    }
    clearTimeout(this.next);
    this.next = undefined;
    this.busy = true;
    do {
      this.again = false;
      await this.turn();
    } while (this.again);
    this.busy = false;
    this.goOn();
  }
}
