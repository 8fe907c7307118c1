// The page inside the widget's frame. It waits for the loader on the shop's page, which says who the visitor is and what was left.
import { App } from "./widget/app";
import type { ToFrame } from "./widget/bridge";
import { colourOf, inkOn } from "./widget/colour";
import { readData } from "./widget/data";
import { port } from "./widget/port";
import { speak } from "./widget/words";

const data = readData();
speak(data.lang, data.words);
const colour = colourOf(data.look.color);
document.documentElement.style.setProperty("--brand", colour);
document.documentElement.style.setProperty("--on-brand", inkOn(colour));

let app: App | undefined;
const tell = port(data, (message: ToFrame) => {
  if (message.t !== "start") {
    app?.hear(message);
    return;
  }
  tell({ t: "look", look: data.look });
  app = new App(document.getElementById("app")!, data, message, tell);
});
