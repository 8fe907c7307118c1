// The line of a page that shows no tickets. Nothing comes by it: visitors are told that somebody is here as long as it lasts.
import { wait } from "../widget/backoff";

let tries = 0;

export function stayHere(): void {
  const url = new URL("/desk/live", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const socket = new WebSocket(url);
  socket.onopen = () => {
    tries = 0;
    socket.send(JSON.stringify({ t: "here" }));
  };
  socket.onclose = ({ code }) => {
    if (code !== 1008) {
      setTimeout(stayHere, wait(tries++)); // who has signed out keeps what he typed, and is told so when he saves it
    }
  };
}
