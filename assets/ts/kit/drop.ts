// A field for files that also takes what is dropped on it, and says what it has got.
export function takeDrops(): void {
  document.addEventListener("dragover", (event) => {
    const drop = dropAt(event);
    drop?.classList.add("drop-over");
    if (drop) {
      event.preventDefault(); // else the browser would open the file
    }
  });
  document.addEventListener("dragleave", (event) => dropAt(event)?.classList.remove("drop-over"));
  document.addEventListener("drop", (event) => {
    const drop = dropAt(event);
    const input = drop?.querySelector<HTMLInputElement>("input[type=file]");
    if (!drop || !input || !event.dataTransfer) {
      return;
    }
    event.preventDefault();
    drop.classList.remove("drop-over");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    const names = input.type === "file" ? input.closest("[data-drop]")?.querySelector("[data-drop-names]") : null;
    if (names) {
      names.textContent = [...(input.files ?? [])].map((file) => file.name).join(", ");
    }
  });
}

function dropAt(event: Event): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>("[data-drop]") : null;
}
