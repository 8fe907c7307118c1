// The script of a plain page: nothing but what the kit's components need.
import { wakeKit } from "./kit/kit";

wakeKit();
