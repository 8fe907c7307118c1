import { PORT, READY } from "../widget/bridge";
import type { ToFrame, ToLoader } from "../widget/bridge";
import { make } from "../widget/dom";
import type { Place } from "./place";
import { lang, say } from "./words";

export interface Frame {
  say(message: ToFrame): void;
  focus(): void;
}

interface Ears {
  up(): void; // the page is there; again after it loaded anew
  hear(message: ToLoader): void;
  late(): void; // it does not come, and the frame is gone
}

const PATIENCE = 12_000; // milliseconds

/**
 * Puts the frame into the host, whose panel shows it, and speaks with it over a port, which only our server's page in our own
 * frame can get.
 */
export function frame(at: Place, host: HTMLElement, ears: Ears): Frame {
  const query = new URLSearchParams({ widget: at.widget, lang });
  const element = make("iframe", {
    src: `${at.house}/w/frame?${query}`,
    title: say("widget.loader_frame"),
    referrerpolicy: "no-referrer",
    "data-testid": "widget-frame",
  });
  let port: MessagePort | undefined;

  const onMessage = (e: MessageEvent) => {
    if (e.source !== element.contentWindow || e.origin !== at.house || e.data !== READY) {
      return;
    }
    clearTimeout(timer);
    port?.close();
    const pair = new MessageChannel();
    port = pair.port1;
    port.onmessage = (heard) => ears.hear(heard.data);
    element.contentWindow!.postMessage(PORT, at.house, [pair.port2]);
    ears.up();
  };
  const timer = setTimeout(() => {
    removeEventListener("message", onMessage);
    element.remove();
    ears.late();
  }, PATIENCE);

  addEventListener("message", onMessage);
  host.append(element);
  return { say: (message) => port?.postMessage(message), focus: () => element.focus() };
}
