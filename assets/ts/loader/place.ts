/** Where we came from: the script that runs now, or the first that carries a widget's key. */
export interface Place {
  house: string; // origin of the server
  widget: string; // key
}

export function place(): Place | undefined {
  const script = (document.currentScript ?? document.querySelector("script[data-widget]")) as HTMLScriptElement | null;
  if (!script?.src) {
    return undefined;
  }
  return { house: new URL(script.src).origin, widget: script.dataset.widget ?? "" };
}
