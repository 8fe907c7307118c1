// Whose clock it is: what time it is where the contact is, for nobody wants to be called at four in the morning, and the reader's
// own zone for forms that name an hour of his.
import { readersLanguage } from "../kit/time";
import { onScreen } from "./dom";

export function keepClocks(): void {
  onScreen(sayClocks);
  setInterval(sayClocks, 30_000);
  document.addEventListener("submit", sayZone, { capture: true }); // before htmx reads the form
}

function sayZone(event: Event): void {
  const field = (event.target as HTMLFormElement).querySelector<HTMLInputElement>("input[data-own-zone]");
  if (field) {
    field.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
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
