import back from "../../../icons/chevron-left.svg";
import out from "../../../icons/external-link.svg";
import close from "../../../icons/x.svg";
import type { Article } from "../data";
import { draw, make } from "../dom";
import { say } from "../words";
import { iconButton } from "./face";
import { prose, safe } from "./prose";

export interface Reading {
  element: HTMLElement;
  /** Shows an article; false if it cannot be had, and then its own page is the better place. */
  open(article: Article): Promise<boolean>;
  focus(): void;
}

interface Doors {
  back(): void;
  leave(): void;
}

/** An article of the help centre, read without leaving the shop's page. */
export function reading(doors: Doors): Reading {
  const title = make("h1", { tabindex: "-1" });
  const body = make("div", { class: "prose" });
  const page = make("a", { class: "page", target: "_blank", rel: "noopener" }, say("widget.help_page"), draw(out));
  const scroll = make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("widget.help_article") }, title, body, page);
  const top = make(
    "header",
    { class: "top" },
    iconButton(back, say("widget.home"), doors.back),
    make("div", { class: "who" }, make("p", {}, say("widget.help_article"))),
    iconButton(close, say("widget.close"), doors.leave),
  );

  const open = async (article: Article) => {
    const response = await fetch(`/w${article.url}`, { credentials: "omit" }).catch(() => undefined);
    if (!response?.ok) {
      return false;
    }
    const found = (await response.json()) as { title: string; html: string };
    title.textContent = found.title;
    body.replaceChildren(...prose(found.html));
    page.href = safe(article.url) ?? "/";
    scroll.scrollTo({ top: 0 });
    return true;
  };
  return { element: make("section", { class: "view article", "data-testid": "widget-reading" }, top, scroll), open, focus: () => title.focus() };
}
