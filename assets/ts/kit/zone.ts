/** Proposes the reader's own zone in a list of zones (data-zone) that nobody has chosen from yet. */
export function proposeZone(): void {
  const list = document.querySelector<HTMLSelectElement>("select[data-zone]");
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (list && own) {
    if (![...list.options].some((o) => o.value === own)) {
      list.add(new Option(own, own));
    }
    list.value = own;
  }
}
