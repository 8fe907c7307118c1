// What the kit's components can do with a script that they cannot do without.
import { openDialogs } from "./dialog";
import { takeDrops } from "./drop";
import { keepTime } from "./time";

export function wakeKit(): void {
  keepTime();
  openDialogs();
  takeDrops();
}
