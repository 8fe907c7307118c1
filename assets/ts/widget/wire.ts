import type { Hello, In, Out, Welcome } from "./protocol";

/** One connection to the server, whichever way it goes. */
export interface Wire {
  send(frame: Out): void;
  close(): void;
}

export interface Ears {
  frame(frame: In): void;
  closed(code: number): void; // once, unless we closed it; a websocket's code, 1006 for a plain loss
}

export type Opener = (hello: Hello, ears: Ears) => Wire;

/** Why a wire ended (RFC 6455, 7.4.1): the server would not have us, or it just broke. */
export const POLICY = 1008;
export const LOST = 1006;

/** The straight way. */
export const socket: Opener = (hello, ears) => {
  const ws = new WebSocket(new URL("/w/socket", location.href.replace(/^http/, "ws")));
  ws.onopen = () => ws.send(JSON.stringify(hello));
  ws.onmessage = (e) => hear(String(e.data), ears);
  ws.onclose = (e) => ears.closed(e.code);
  return {
    send: (frame) => ws.readyState === WebSocket.OPEN && ws.send(JSON.stringify(frame)),
    close: () => {
      ws.onclose = ws.onmessage = null;
      ws.close();
    },
  };
};

/** Where sockets are blocked: one answer that does not end, read as text/event-stream. */
export const stream: Opener = (hello, ears) =>
  overHttp(ears, async (http) => {
    const response = await http.post("/w/stream", hello);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      const blocks = (rest + value.replaceAll("\r", "")).split("\n\n");
      rest = blocks.pop()!;
      blocks.forEach((block) => http.hear(dataOf(block)));
    }
  });

/** Where answers are held back until they are complete: ask again and again, each answer comes when there is something. */
export const poll: Opener = (hello, ears) =>
  overHttp(ears, async (http) => {
    for (let body: unknown = hello; ; body = { session: http.session }) {
      const answer = (await (await http.post("/w/poll", body)).json()) as { frames?: In[] };
      answer.frames?.forEach((frame) => http.hear(JSON.stringify(frame)));
      if (!http.session) {
        return;
      }
    }
  });

/** The text of an event's data lines (HTML, 9.2.6). */
function dataOf(block: string): string {
  return block
    .split("\n")
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5).trimStart())
    .join("\n");
}

interface Http {
  session: string;
  post(path: string, body: unknown): Promise<Response>;
  hear(data: string): void;
}

/** What both fallbacks share: frames come by `run`, and go out in their order by /w/send once the welcome has named a session. */
function overHttp(ears: Ears, run: (http: Http) => Promise<void>): Wire {
  const stop = new AbortController();
  let waiting: Out[] = [];
  let sending = false;

  const http: Http = {
    session: "",
    post: async (path, body) => {
      const response = await fetch(path, { method: "POST", body: JSON.stringify(body), signal: stop.signal, credentials: "omit" });
      if (!response.ok) {
        throw new Refused(response.status);
      }
      return response;
    },
    hear: (data) => {
      const frame = hear(data, ears);
      if (frame?.t === "welcome") {
        http.session ||= (frame as Welcome).session ?? ""; // a later one leads to another ticket, over the same line
        void flush();
      }
    },
  };
  const end = (why: unknown) => {
    if (stop.signal.aborted) {
      return;
    }
    stop.abort();
    if (why instanceof Refused && why.status === 403) {
      ears.frame({ t: "error", code: "forbidden" });
      ears.closed(POLICY);
    } else {
      ears.closed(LOST);
    }
  };
  const flush = async () => {
    if (sending || !http.session) {
      return;
    }
    sending = true;
    while (waiting.length) {
      const frames = waiting;
      waiting = [];
      await http.post("/w/send", { session: http.session, frames }).catch(end);
    }
    sending = false;
  };
  run(http).then(end, end);

  return {
    send: (frame) => {
      waiting.push(frame);
      void flush();
    },
    close: () => stop.abort(),
  };
}

class Refused extends Error {
  constructor(readonly status: number) {
    super(`status ${status}`);
  }
}

/** Hands a frame on. What is not a frame is passed over: a newer server may say things that we do not know. */
function hear(data: string, ears: Ears): In | undefined {
  let frame: unknown;
  try {
    frame = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (typeof (frame as In | null)?.t !== "string") {
    return undefined;
  }
  ears.frame(frame as In);
  return frame as In;
}
