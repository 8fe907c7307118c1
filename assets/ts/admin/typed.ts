// What is typed into a long form (data-keep) is kept in the browser until it is saved. After a session that ended meanwhile, a
// closed tab or a crash it is offered back, never put over what the page shows by itself.
import { keep, kept } from "../desk/kept";
import { fate, parse, type Words } from "./unsaved";

const sent = "sent"; // names the form that was sent last, in this tab

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export function keepTyped(): void {
  forgetSaved();
  document.addEventListener("submit", (event) => note((event.target as HTMLFormElement).dataset.keep ?? ""));
  document.addEventListener("input", (event) => {
    const form = (event.target as Element).closest("form");
    form?.querySelector("[data-until-typed]")?.remove(); // what the form holds is not what was saved any more
    if (form?.dataset.keep && form.querySelector("[data-keep-offer]:not([hidden])") === null) {
      take(form); // while something older is offered, that is kept
    }
  });
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-keep]")) {
    begin(form);
  }
}

/** The page that answers a form says that its words are saved. */
function forgetSaved(): void {
  if (!document.querySelector("[data-saved]")) {
    return;
  }
  const here = new URL(location.href);
  here.searchParams.delete("done"); // whoever comes back to this page has not saved again
  history.replaceState(history.state, "", here);
  try {
    keep(sessionStorage.getItem(sent) ?? "", "");
    sessionStorage.removeItem(sent);
  } catch {
    // nothing was kept
  }
}

function note(key: string): void {
  try {
    sessionStorage.setItem(sent, key);
  } catch {
    // nothing is kept
  }
}

function begin(form: HTMLFormElement): void {
  const key = form.dataset.keep!;
  const unsaved = parse(kept(key));
  switch (fate(unsaved, words(form), form.dataset.keepTyped !== undefined)) {
    case "renew":
      take(form);
      break;
    case "forget":
      keep(key, "");
      break;
    case "offer":
      offer(form, () => {
        put(form, unsaved!.words);
        base(form, unsaved!.base);
      });
  }
}

function take(form: HTMLFormElement): void {
  keep(form.dataset.keep!, JSON.stringify({ words: words(form), base: base(form) }));
}

function offer(form: HTMLFormElement, accept: () => void): void {
  const place = form.querySelector<HTMLElement>("[data-keep-offer]");
  if (!place) {
    return;
  }
  place.hidden = false;
  place.querySelector("[data-keep-take]")?.addEventListener("click", () => {
    place.hidden = true;
    accept();
    take(form);
    controls(form)[0]?.focus();
  });
  place.querySelector("[data-keep-drop]")?.addEventListener("click", () => {
    place.hidden = true;
    keep(form.dataset.keep!, "");
  });
}

/** The fields that somebody writes into or chooses from; a password is not kept. */
function controls(form: HTMLFormElement): Control[] {
  const all = form.querySelectorAll<Control>("textarea:not([readonly]), select, input:not([type=hidden], [type=password], [type=file], [type=checkbox], [type=radio], [readonly])");
  return [...all].filter((control) => control.name !== "");
}

function words(form: HTMLFormElement): Words {
  return Object.fromEntries(controls(form).map((control) => [control.name, control.value]));
}

function put(form: HTMLFormElement, what: Words): void {
  for (const control of controls(form)) {
    control.value = what[control.name] ?? control.value;
  }
}

/** The version that was before whoever types; given one, the form takes it, and the house tells when there is a later one. */
function base(form: HTMLFormElement, was?: string): string {
  const field = form.querySelector<HTMLInputElement>("input[name=base]");
  if (field && was !== undefined) {
    field.value = was;
  }
  return field?.value ?? "";
}
