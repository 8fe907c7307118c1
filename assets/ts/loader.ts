// The one script that a shop pastes. It runs on other people's pages: it draws one launcher, keeps out of everything else, and
// whatever goes wrong in it stays in it.
import { place } from "./loader/place";
import { start } from "./loader/start";

const at = place(); // only known while the script runs
if (at) {
  if (document.body) {
    start(at);
  } else {
    document.addEventListener("DOMContentLoaded", () => start(at));
  }
}
