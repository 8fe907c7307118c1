import lens from "../../../icons/search.svg";
import type { Article, Data } from "../data";
import { draw, make } from "../dom";
import { questions } from "../questions";
import { say } from "../words";
import { write } from "./face";
import { safe } from "./prose";

const TYPING = 180; // milliseconds after a key in the search
const WRITING = 500; // after one in a message: whoever writes is not to be hurried
const BESIDE = 3; // articles beside a message

export interface Search {
  element: HTMLElement;
  /** Leads from a message to the articles that may answer it; hidden while there are none. */
  hint: HTMLElement;
  /** Offers what may answer a message before it is sent. */
  about(message: string): void;
}

/** The search in the help centre: what is already written down needs nobody's time. Before a word is typed it offers a few. */
export function search(data: Data, read: (article: Article) => Promise<boolean>): Search {
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
  const hint = make("button", { type: "button", class: "text beside", hidden: "", "data-testid": "widget-suggested" });
  const element = make("section", { class: "card help" }, make("div", { class: "lens" }, draw(lens), input), status, results);
  element.hidden = !data.help; // until there is something to find
  const ask = asker(data);
  let beside: Article[] = []; // what may answer the message that is being written

  let shown = "";
  const show = (found: Article[], about: string) => {
    element.hidden &&= found.length === 0;
    const now = JSON.stringify(found);
    if (now !== shown) {
      shown = now; // the same answer again leaves alone what somebody may be about to click
      results.replaceChildren(...found.map((article) => item(article, read)));
    }
    write(status, about);
  };
  const count = (found: Article[]) => (found.length ? say("widget.help_found", { count: found.length }) : "");
  const rest = () => show(beside.length ? beside : data.articles, count(beside)); // while nothing is looked for

  const typed = latest(TYPING, async (text, stop) => {
    if (text.length < 2) {
      return rest();
    }
    const found = await ask(text, stop).catch(() => undefined);
    if (!stop.aborted) {
      element.scrollIntoView({ block: "start" }); // the form may stand above it
      show(found ?? [], found ? count(found) || say("widget.help_nothing") : say("widget.help_failed"));
    }
  });
  const written = latest(WRITING, async (message, stop) => {
    let found: Article[] = [];
    for (const question of questions(message)) {
      found = found.length ? found : await ask(question, stop).catch(() => []); // a help that fails is no trouble of who writes
    }
    if (stop.aborted) {
      return;
    }
    beside = found.slice(0, BESIDE);
    hint.hidden = beside.length === 0;
    write(hint, count(beside));
    if (!input.value) {
      rest();
    }
  });
  input.addEventListener("input", () => typed(input.value.trim()));
  hint.addEventListener("click", () => {
    input.value = "";
    rest();
    element.scrollIntoView({ block: "nearest" });
    results.querySelector("a")?.focus();
  });
  rest();
  return { element, hint, about: written };
}

/** Asks the help centre, and for the same words only once. They go in a body, because addresses are written down on their way. */
function asker({ widget, lang }: Data): (q: string, signal: AbortSignal) => Promise<Article[]> {
  const known = new Map<string, Article[]>();
  return async (q, signal) => {
    const before = known.get(q);
    if (before) {
      return before;
    }
    const response = await fetch("/w/help", { method: "POST", body: new URLSearchParams({ widget, lang, q }), signal, credentials: "omit" });
    const { items } = (await response.json()) as { items: Article[] };
    known.set(q, items);
    return items;
  };
}

/** Does something with a text when it has rested for a while, and stops what it does as soon as the text changes. */
function latest(pause: number, deed: (text: string, stop: AbortSignal) => unknown): (text: string) => void {
  let timer: ReturnType<typeof setTimeout>;
  let before = new AbortController();
  return (text) => {
    clearTimeout(timer);
    before.abort();
    const now = (before = new AbortController());
    timer = setTimeout(() => void deed(text, now.signal), text ? pause : 0);
  };
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
