// Messages from agents and articles come as HTML that the server has made safe. It is built anew here from the few elements that
// they may have: two walls, each of which holds alone.
import { make } from "../dom";
import { own, type Event } from "../protocol";

const ALLOWED = new Set(
  "P BR HR STRONG EM B I DEL CODE PRE BLOCKQUOTE UL OL LI H1 H2 H3 H4 TABLE THEAD TBODY TR TH TD".split(" "),
);

/** The nodes of an HTML text. */
export function prose(html: string): Node[] {
  const source = new DOMParser().parseFromString(html, "text/html").body;
  return copies(source);
}

function copies(from: Node): Node[] {
  return [...from.childNodes].flatMap((node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      return [document.createTextNode(node.textContent ?? "")];
    }
    if (!(node instanceof HTMLElement) || /^(SCRIPT|STYLE|TEMPLATE)$/.test(node.tagName)) {
      return [];
    }
    const inner = copies(node);
    switch (node.tagName) {
      case "A": {
        const href = safe(node.getAttribute("href") ?? "");
        return href ? [link(href, inner)] : inner;
      }
      case "IMG": {
        const src = safe(node.getAttribute("src") ?? "");
        return src ? [make("img", { src, alt: node.getAttribute("alt") ?? "", loading: "lazy" })] : [];
      }
    }
    if (!ALLOWED.has(node.tagName)) {
      return inner;
    }
    const copy = document.createElement(node.tagName);
    copy.append(...inner);
    return [copy];
  });
}

/** What a message says, for who hears it or sees one line of it: plain words, or else the names of the files that it brings. */
export function wordsOf(e: Event): string {
  const words = e.html && !own(e) ? spoken(e.html) : e.text;
  return words || (e.attachments ?? []).map((file) => file.name).join(", ");
}

function spoken(html: string): string {
  const all = make("div", {}, ...prose(html));
  all.querySelectorAll("img").forEach((img) => img.replaceWith(img.alt));
  all.querySelectorAll("p, li, br, hr, pre, blockquote, h1, h2, h3, h4, tr, td, th").forEach((block) => block.after(" "));
  return all.textContent!.replace(/\s+/g, " ").trim();
}

/** The nodes of a plain text, in which addresses become links. */
export function plain(text: string): Node[] {
  const nodes: Node[] = [];
  let end = 0;
  for (const found of text.matchAll(/https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}']/gi)) {
    const href = safe(found[0]);
    if (href) {
      nodes.push(document.createTextNode(text.slice(end, found.index)), link(href, [document.createTextNode(found[0])]));
      end = found.index + found[0].length;
    }
  }
  nodes.push(document.createTextNode(text.slice(end)));
  return nodes;
}

/** An address that may be clicked, or nothing. */
export function safe(href: string): string | undefined {
  try {
    const url = new URL(href, location.origin);
    return ["https:", "http:", "mailto:", "tel:"].includes(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

function link(href: string, inner: Node[]): HTMLElement {
  return make("a", { href, target: "_blank", rel: "nofollow noopener noreferrer" }, ...inner);
}
