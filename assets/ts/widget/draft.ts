const NAME = "draft";

/** What the visitor is writing, for as long as this tab is open: the shop's next page is another document. */
export const draft = {
  get text(): string {
    try {
      return sessionStorage.getItem(NAME) ?? "";
    } catch {
      return ""; // some browsers let no frame keep anything
    }
  },
  set text(text: string) {
    try {
      sessionStorage.setItem(NAME, text);
    } catch {
      // as above, or there is no room: it is still in the field
    }
  },
};
