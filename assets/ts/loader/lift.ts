/**
 * Keeps the launcher off what the shop has fixed to the bottom of its window, such as the buttons of a cookie bar: it stands
 * above it for as long as it is there. Such bars come and go by script, so we look after the page has settled and after clicks.
 */
export function keepClear(host: HTMLElement): void {
  const look = () => {
    const bar = barUnder(host);
    host.style.setProperty("--lift", bar ? `${Math.round(innerHeight - bar.getBoundingClientRect().top)}px` : "0px");
  };
  [0, 1000, 4000].forEach((wait) => setTimeout(look, wait));
  addEventListener("resize", look);
  document.addEventListener("click", (e) => e.target !== host && setTimeout(look, 500));
}

/** The fixed thing of the page that lies where the launcher belongs, if it is a bar and not a page-wide veil. */
function barUnder(host: HTMLElement): Element | undefined {
  const at = host.getBoundingClientRect();
  const middle = innerHeight - 20 - at.height / 2; // where it stands when nothing is in the way
  for (let under of document.elementsFromPoint(at.left + at.width / 2, middle)) {
    for (; under !== host && under !== document.body && under.parentElement; under = under.parentElement) {
      if (/fixed|sticky/.test(getComputedStyle(under).position) && under.getBoundingClientRect().height < innerHeight / 2) {
        return under;
      }
    }
  }
  return undefined;
}
