// Light or dark: changed at once, and told to the house, which remembers it for the agent.
export function wakeTheme(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const button = event.submitter as HTMLButtonElement | null;
    if (!form.matches("[data-theme-switch]") || !button) {
      return;
    }
    event.preventDefault();
    const theme = button.value;
    if (theme) {
      document.documentElement.dataset.theme = theme;
    } else {
      delete document.documentElement.dataset.theme;
    }
    for (const other of form.querySelectorAll("button")) {
      other.toggleAttribute("aria-current", other === button);
    }
    void fetch(form.action, { method: "POST", headers: { "HX-Request": "true" }, body: new URLSearchParams({ theme }) });
  });
}
