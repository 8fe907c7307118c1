// Browsers from before command and commandfor open dialogs with a little help.
export function openDialogs(): void {
  if ("commandForElement" in HTMLButtonElement.prototype) {
    return;
  }
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[commandfor]");
    const dialog = button && document.getElementById(button.getAttribute("commandfor") ?? "");
    if (!(dialog instanceof HTMLDialogElement)) {
      return;
    }
    if (button?.getAttribute("command") === "close") {
      dialog.close();
    } else if (!dialog.open) {
      dialog.showModal();
    }
  });
}
