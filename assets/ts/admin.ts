// The script of a signed-in page that shows no tickets: what a plain page has, and the line by which its agent is here.
import "./page";
import { growRows } from "./admin/rows";
import { keepTyped } from "./admin/typed";
import { stayHere } from "./desk/here";

stayHere();
growRows();
keepTyped();
