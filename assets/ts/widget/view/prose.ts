// Messages from agents come as HTML that the server has made safe. It is built anew here from the few elements that a message
// may have: two walls, each of which holds alone.
import { make } from "../dom";

const ALLOWED = new Set(["P", "BR", "STRONG", "EM", "B", "I", "DEL", "CODE", "PRE", "BLOCKQUOTE", "UL", "OL", "LI", "A", "H1", "H2", "H3", "H4", "HR"]);

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
    if (!ALLOWED.has(node.tagName)) {
      return inner;
    }
    const href = node instanceof HTMLAnchorElement ? safe(node.getAttribute("href") ?? "") : undefined;
    if (node.tagName === "A") {
      return href ? [link(href, inner)] : inner;
    }
    const copy = document.createElement(node.tagName);
    copy.append(...inner);
    return [copy];
  });
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
