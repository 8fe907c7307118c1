// The agents' desk. Every page works without this script; it adds what is live: the line to the house, the keyboard, drafts
// that outlive the page, and a screen that changes without being loaded again.
import { wakeAttach } from "./desk/attach";
import { wakeDrafts } from "./desk/draft";
import { hearHalt } from "./desk/halted";
import { wakeKeys } from "./desk/keys";
import { wakeLine } from "./desk/line";
import { wakePanes } from "./desk/panes";
import { wakeTheme } from "./desk/theme";
import { keepClocks } from "./desk/zone";
import { lookAgain } from "./kit/again";
import { wakeKit } from "./kit/kit";

wakeKit();
wakeTheme();
wakeKeys();
wakeDrafts();
wakeAttach();
wakePanes();
keepClocks();
hearHalt();
lookAgain();
wakeLine();
