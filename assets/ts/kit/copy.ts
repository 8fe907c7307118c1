const told = 2_000; // milliseconds that a button says that it has done it

// Gives what is there to be copied (data-copy, and blocks of code) the button that the page brings for it. Where a browser
// lets no script copy, and without one, people select as ever.
export function offerCopies(): void {
  const template = document.querySelector<HTMLTemplateElement>("template[data-copies]");
  if (!template || !navigator.clipboard) {
    return;
  }
  for (const source of document.querySelectorAll<HTMLElement>("[data-copy], .prose pre")) {
    const around = document.createElement("div");
    around.className = "copyable";
    source.replaceWith(around);
    around.append(source, template.content.cloneNode(true));
    const words = around.querySelector<HTMLElement>("[data-copied]");
    around.querySelector("button")?.addEventListener("click", () => {
      void navigator.clipboard.writeText(textOf(source)).then(() => say(words), () => select(source));
    });
  }
}

function textOf(source: HTMLElement): string {
  if (source instanceof HTMLInputElement || source instanceof HTMLTextAreaElement) {
    return source.value;
  }
  return source.textContent?.replace(/\n$/, "") ?? ""; // the last line of a block of code ends, what one copies of it does not
}

function say(words: HTMLElement | null): void {
  if (words) {
    words.textContent = words.dataset.copied ?? "";
    setTimeout(() => (words.textContent = ""), told);
  }
}

// Where the browser refuses after all, half of the work is done.
function select(source: HTMLElement): void {
  if (source instanceof HTMLInputElement || source instanceof HTMLTextAreaElement) {
    source.select();
  } else {
    getSelection()?.selectAllChildren(source);
  }
}
