// What time it is where the contact is: nobody wants to be called at four in the morning.
import { readersLanguage } from "../kit/time";
import { onScreen } from "./dom";

export function keepClocks(): void {
  onScreen(sayClocks);
  setInterval(sayClocks, 30_000);
}

function sayClocks(): void {
  for (const clock of document.querySelectorAll<HTMLElement>("[data-clock]")) {
    try {
      const words = new Intl.DateTimeFormat(readersLanguage(), { timeStyle: "short", timeZone: clock.dataset.clock });
      clock.textContent = words.format(new Date());
    } catch {
      clock.textContent = ""; // a zone that this browser does not know
    }
  }
}
