import { hello } from "./hello";
import { ELEMENT } from "./launcher";
import { page } from "./page";
import type { Place } from "./place";
import { shelf } from "./shelf";
import { Widget } from "./widget";

/** `Deskbell("open")`: how a shop's own scripts speak with the widget, also before we are there. */
interface Api {
  (command: unknown): void;
  q?: ArrayLike<unknown>[]; // what the shop's snippet has noted down until now
  here?: true; // set by us: this page has its widget
}

export function start(at: Place): void {
  const shop = window as unknown as { Deskbell?: Api };
  if (shop.Deskbell?.here || document.querySelector(ELEMENT)) {
    return; // the script was pasted twice, or the shop's router ran it again
  }
  const asked = Array.from(shop.Deskbell?.q ?? [], (one) => one[0]);
  let widget: Widget | undefined;
  shop.Deskbell = Object.assign((command: unknown) => (widget ? widget.obey(command) : asked.push(command)), { here: true as const });

  hello(at, shelf("localStorage", at.widget).get("visitor"), page(), (answer) => {
    if (!widget) {
      widget = new Widget(at, answer);
      asked.forEach((command) => widget!.obey(command));
    }
  });
}
