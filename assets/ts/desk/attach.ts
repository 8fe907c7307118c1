// Files that go with an answer or a note: chosen, dropped on the composer, or pasted into it. They are sent with the form.

export function wakeAttach(): void {
  document.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    if (input.type === "file" && input.name === "files") {
      show(input);
    }
  });
  document.addEventListener("paste", (event) => {
    const input = inputOf(event.target);
    if (input && event.clipboardData?.files.length) {
      event.preventDefault();
      add(input, event.clipboardData.files);
    }
  });
  document.addEventListener("dragover", (event) => {
    const composer = composerOf(event.target);
    if (composer && event.dataTransfer?.types.includes("Files")) {
      event.preventDefault(); // else the browser would open the file and leave the desk
      composer.classList.add("composer-over");
    }
  });
  document.addEventListener("dragleave", (event) => composerOf(event.target)?.classList.remove("composer-over"));
  document.addEventListener("drop", (event) => {
    const composer = composerOf(event.target);
    if (composer && event.dataTransfer?.files.length) {
      event.preventDefault();
      composer.classList.remove("composer-over");
      const input = inputOf(event.target);
      if (input) {
        add(input, event.dataTransfer.files);
      }
    }
  });
}

function composerOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>(".composer") : null;
}

/** The file field of the form that shows. */
function inputOf(target: EventTarget | null): HTMLInputElement | null {
  const composer = composerOf(target);
  const note = composer?.querySelector<HTMLInputElement>("#composer-note")?.checked;
  return composer?.querySelector<HTMLInputElement>(note ? "#note-files" : "#reply-files") ?? null;
}

/** Puts more files beside those that are chosen already. */
function add(input: HTMLInputElement, more: FileList): void {
  const all = new DataTransfer();
  for (const file of [...(input.files ?? []), ...more]) {
    all.items.add(file);
  }
  input.files = all.files;
  show(input);
}

/** Names the files that will go with the form, each with a way to leave it out. */
function show(input: HTMLInputElement): void {
  const place = input.form?.querySelector<HTMLElement>("[data-files]");
  if (!place) {
    return;
  }
  for (const chip of place.querySelectorAll("[data-chosen]")) {
    chip.remove();
  }
  for (const file of input.files ?? []) {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.className = "chip";
    chip.dataset.chosen = "";
    chip.textContent = file.name + " ×";
    chip.addEventListener("click", () => leaveOut(input, file));
    place.append(chip);
  }
}

function leaveOut(input: HTMLInputElement, gone: File): void {
  const rest = new DataTransfer();
  for (const file of input.files ?? []) {
    if (file !== gone) {
      rest.items.add(file);
    }
  }
  input.files = rest.files;
  show(input);
}
