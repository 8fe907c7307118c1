import type { Kept } from "./protocol";

/** How a file fared. Lost: the line broke, and it can be sent again; else the sentence says why the server does not take it. */
export type Fate = { kept: Kept } | { lost: true } | { refused: string };

/** Sends one file ahead of the message that it belongs to. Only XMLHttpRequest tells how much of it has gone out. */
export function upload(file: File, token: string, lang: string, gone: (share: number) => void): { fate: Promise<Fate>; stop(): void } {
  const body = new FormData();
  body.append("file", file);
  const request = new XMLHttpRequest();
  request.open("POST", "/w/uploads");
  request.responseType = "json";
  request.setRequestHeader("Authorization", `Bearer ${token}`);
  request.setRequestHeader("Accept-Language", lang);
  request.upload.onprogress = (e) => gone(e.lengthComputable ? e.loaded / e.total : 0);
  const fate = new Promise<Fate>((tell) => {
    request.onerror = () => tell({ lost: true });
    request.onload = () => {
      const answer = request.response as (Kept & { detail?: string }) | null;
      if (request.status === 201 && answer?.id) {
        tell({ kept: answer });
      } else if (request.status === 401 || request.status >= 502) {
        tell({ lost: true }); // the line is about to get a new token, or the server is on its way up
      } else {
        tell({ refused: answer?.detail ?? "" });
      }
    };
  });
  request.send(body);
  return { fate, stop: () => request.abort() };
}
