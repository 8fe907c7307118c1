import { PORT, READY, type ToFrame, type ToLoader } from "./bridge";
import type { Data } from "./data";
import { allowed } from "./origin";

/** Speaks with the loader. `hear` gets what it says; what we say before it has answered is dropped, since it starts us. */
export function port(data: Data, hear: (message: ToFrame) => void): (message: ToLoader) => void {
  let to: MessagePort | undefined;
  if (window.parent === window) {
    // Opened as a page of its own: there is no shop around us, and nothing is kept.
    queueMicrotask(() => hear({ t: "start", visitor: "", kept: [], page: { url: location.origin, title: data.shop, referrer: "" }, open: true, focus: true }));
    return () => {};
  }
  addEventListener("message", (e) => {
    const ours = e.source === window.parent && allowed(e.origin, data.sites, data.house);
    if (ours && !to && e.data === PORT && e.ports[0]) {
      to = e.ports[0];
      to.onmessage = (heard) => hear(heard.data as ToFrame);
    }
  });
  window.parent.postMessage(READY, "*"); // carries nothing; the browser has checked the embedder by frame-ancestors
  return (message) => to?.postMessage(message);
}
