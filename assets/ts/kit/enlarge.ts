// A picture that is a link to itself opens over the page, in the dialog that the page brings for it. Who asks for a tab of its
// own still gets one.
export function enlargePictures(): void {
  const dialog = document.querySelector<HTMLDialogElement>("dialog[data-enlarged]");
  if (!dialog) {
    return;
  }
  const large = new Image();
  dialog.prepend(large);
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>(".prose a");
    const picture = link?.querySelector<HTMLImageElement>(":scope > img");
    if (!link || !picture || link.href !== picture.src || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    event.preventDefault();
    large.src = picture.src;
    large.alt = picture.alt;
    dialog.ariaLabel = picture.alt;
    dialog.showModal();
  });
  dialog.addEventListener("click", () => dialog.close());
}
