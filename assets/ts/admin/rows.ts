// Rows of fields that a form may have as many of as somebody needs (data-rows): one button adds a row, and one in each takes it away.

export function growRows(): void {
  document.addEventListener("click", (event) => {
    const clicked = event.target as Element;
    const adds = clicked.closest("button")?.closest<HTMLElement>("[data-row-add]");
    const removes = clicked.closest("button")?.closest<HTMLElement>("[data-row-remove]");
    if (adds) {
      add(adds);
    } else if (removes) {
      remove(removes);
    }
  });
}

function add(place: HTMLElement): void {
  const template = place.closest("[data-rows]")?.querySelector("template");
  const row = template?.content.querySelector("[data-row]")?.cloneNode(true);
  if (row instanceof HTMLElement) {
    place.before(row);
    row.querySelector<HTMLElement>("input")?.focus();
  }
}

/** Takes a row away, and leaves the focus at the one that moves into its place, or at the button that adds. */
function remove(place: HTMLElement): void {
  const row = place.closest<HTMLElement>("[data-row]");
  const next = row?.nextElementSibling?.matches("[data-row]") ? row.nextElementSibling : row?.closest("[data-rows]");
  const form = row?.closest("form");
  row?.remove();
  next?.querySelector<HTMLElement>("[data-row-remove] button, [data-row-add] button")?.focus();
  form?.dispatchEvent(new Event("input", { bubbles: true })); // what is removed has changed the form too
}
