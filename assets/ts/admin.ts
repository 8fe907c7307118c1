// The script of a signed-in page that shows no tickets: what a plain page has, and the line by which its agent is here.
import "./page";
import { stayHere } from "./desk/here";

stayHere();
