// What somebody has typed into a form (data-keep) and leaves to sign in: it waits in his browser for the address that signing in
// leads back to. That is asked for from a mail, often in another tab, so the tab's own storage would not do. It is given back once,
// and forgotten after an hour, as the mailed link is.

const shelf = "kept-form";
const lasts = 3_600_000; // ms

interface Kept {
  at: string; // path and query of the page with the form
  until: number;
  fields: Record<string, string>;
}

export function keepWords(): void {
  giveBack();
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[href^="/my/sign-in?"]');
    const form = document.querySelector<HTMLFormElement>("form[data-keep]");
    const at = link && new URL(link.href).searchParams.get("next");
    if (form && at) {
      const fields = Object.fromEntries(typed(form).map((field) => [field.name, field.value]));
      put({ at, until: Date.now() + lasts, fields });
    }
  });
}

function giveBack(): void {
  const kept = take();
  const form = document.querySelector<HTMLFormElement>("form[data-keep]");
  if (!kept || Date.now() > kept.until) {
    put(undefined);
  } else if (form && kept.at === location.pathname + location.search) {
    for (const field of typed(form)) {
      field.value = kept.fields[field.name] || field.value;
    }
    put(undefined);
  }
}

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** The fields for words, without the one that nobody sees. */
function typed(form: HTMLFormElement): Field[] {
  return [...form.querySelectorAll<Field>("input[type=text], select, textarea")];
}

/** A browser that keeps nothing for us has the title and the board in the address all the same. */
function put(kept: Kept | undefined): void {
  try {
    if (kept) {
      localStorage.setItem(shelf, JSON.stringify(kept));
    } else {
      localStorage.removeItem(shelf);
    }
  } catch {
    // as above
  }
}

function take(): Kept | undefined {
  try {
    return JSON.parse(localStorage.getItem(shelf) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}
