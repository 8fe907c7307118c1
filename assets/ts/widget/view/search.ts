import lens from "../../../icons/search.svg";
import type { Article, Data } from "../data";
import { draw, make } from "../dom";
import { say } from "../words";
import { write } from "./face";
import { safe } from "./prose";

const PAUSE = 180; // milliseconds after a key

/** The search in the help centre: what is already written down needs nobody's time. Before a word is typed it offers a few. */
export function search({ widget, lang, articles }: Data, read: (article: Article) => Promise<boolean>): HTMLElement {
  const input = make("input", {
    type: "search",
    id: "help",
    placeholder: say("widget.help_ask"),
    "aria-label": say("widget.help_ask"),
    autocomplete: "off",
    "data-testid": "widget-search",
  });
  const results = make("ul", { class: "found" });
  const status = make("p", { class: "status", role: "status" });
  const element = make("section", { class: "card help" }, make("div", { class: "lens" }, draw(lens), input), status, results);
  let timer: ReturnType<typeof setTimeout>;
  let asked = new AbortController();

  let shown = "";
  const show = (found: Article[], about: string) => {
    const now = JSON.stringify(found);
    if (now !== shown) {
      shown = now; // the same answer again leaves alone what somebody may be about to click
      results.replaceChildren(...found.map((article) => item(article, read)));
    }
    write(status, about);
  };
  const ask = async (text: string) => {
    asked.abort();
    asked = new AbortController();
    if (text.length < 2) {
      return show(articles, "");
    }
    const query = new URLSearchParams({ widget, lang, q: text });
    try {
      const response = await fetch(`/w/help?${query}`, { signal: asked.signal, credentials: "omit" });
      const { items } = (await response.json()) as { items: Article[] };
      element.scrollIntoView({ block: "start" }); // the form may stand above it
      show(items, items.length ? say("widget.help_found", { count: items.length }) : say("widget.help_nothing"));
    } catch (e) {
      if (!(e instanceof DOMException && e.name === "AbortError")) {
        show([], say("widget.help_failed"));
      }
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(input.value.trim()), PAUSE);
  });
  show(articles, "");
  return element;
}

function item(found: Article, read: (article: Article) => Promise<boolean>): HTMLElement {
  const title = make("strong", {}, found.title);
  const snippet = make("span", {}, found.snippet);
  const href = safe(found.url) ?? "#";
  const link = make("a", { href, target: "_blank", rel: "noopener", "data-testid": "widget-article" }, title, snippet);
  link.addEventListener("click", (e) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey) {
      return; // in a tab of its own, as anywhere else
    }
    e.preventDefault();
    void read(found).then((shown) => shown || window.open(href, "_blank", "noopener"));
  });
  return make("li", {}, link);
}
