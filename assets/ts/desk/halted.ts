// A page that is open learns that nothing can be saved when something could not be: it then looks whether the house says so.
import { lookAt } from "../kit/again";
import { byID, type Swap } from "./dom";

export function hearHalt(): void {
  document.addEventListener("htmx:finally:request", (event) => {
    const { ctx } = (event as CustomEvent<Partial<Swap>>).detail;
    const part = byID("halted");
    if (part?.hidden && [503, 507].includes(ctx?.response?.status ?? 0)) {
      lookAt(part);
    }
  });
}
