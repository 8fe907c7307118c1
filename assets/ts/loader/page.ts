import type { Page } from "../widget/bridge";

/** The page as we tell it: without query and fragment, but with a fragment that is a route (#/cart). */
export function page(): Page {
  return { url: plain(location.href), title: document.title.slice(0, 300), referrer: plain(document.referrer) };
}

function plain(address: string): string {
  if (!address) {
    return "";
  }
  const url = new URL(address);
  const route = /^#!?\//.test(url.hash) ? url.hash.split("?")[0] : "";
  return (url.origin + url.pathname + route).slice(0, 2000);
}

/**
 * Calls back when the shop shows another page without loading one. A page's own History is left as it is: where the browser
 * does not tell about navigations, looking once a second is enough for the agent who follows.
 */
export function onPageChange(tell: (page: Page) => void): void {
  let last = plain(location.href);
  const look = () => {
    const now = plain(location.href);
    if (now !== last) {
      last = now;
      setTimeout(() => tell(page()), 250); // shops set the title a moment after the address
    }
  };
  const navigation = (window as { navigation?: EventTarget }).navigation;
  if (navigation) {
    navigation.addEventListener("currententrychange", look);
  } else {
    setInterval(look, 1000);
  }
}
