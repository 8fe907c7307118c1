import clip from "../../../icons/paperclip.svg";
import away from "../../../icons/x.svg";
import type { Data } from "../data";
import { draw, make } from "../dom";
import type { Kept } from "../protocol";
import { upload } from "../upload";
import { say } from "../words";
import { iconButton } from "./face";

const MOST = 10; // files of one message

/** The files that will go with the message that is being written. They are sent ahead, so that the message itself is quick. */
export interface Tray {
  button: HTMLElement; // chooses files
  list: HTMLElement; // shows them
  readonly empty: boolean;
  readonly busy: boolean; // some are not with the server yet
  readonly kept: Kept[]; // those that are
  add(files: Iterable<File>): void;
  /** Puts files back that are with the server already. */
  put(kept: Kept[]): void;
  clear(): void;
  /** The line is up and knows the visitor by this token; what was lost is sent again. */
  go(token: string): void;
}

interface Piece {
  name: string;
  file?: File;
  kept?: Kept;
  stop?: () => void;
  element: HTMLLIElement;
  bar: HTMLProgressElement;
}

/** `changed` hears of everything that changes what can be sent, and the sentence that says why a file is left out. */
export function tray(data: Data, changed: (complaint: string) => void): Tray {
  let pieces: Piece[] = [];
  let token = "";
  const input = make("input", { type: "file", multiple: "", hidden: "", tabindex: "-1", "data-testid": "widget-file" });
  const choose = iconButton(clip, say("widget.attach"), () => input.click());
  choose.dataset.testid = "widget-attach";
  const button = make("span", { class: "attach" }, choose, input);
  const list = make("ul", { class: "tray", "aria-label": say("widget.attached") });

  const remove = (piece: Piece) => {
    piece.stop?.();
    pieces = pieces.filter((other) => other !== piece);
    piece.element.remove();
  };
  const send = async (piece: Piece) => {
    if (!piece.file || piece.kept || piece.stop || !token) {
      return;
    }
    const way = upload(piece.file, token, data.lang, (share) => (piece.bar.value = share));
    piece.stop = way.stop;
    const fate = await way.fate;
    piece.stop = undefined;
    piece.bar.value = 0;
    if ("kept" in fate) {
      piece.kept = fate.kept;
      piece.bar.remove();
      changed("");
    } else if ("refused" in fate) {
      remove(piece);
      changed(fate.refused || say("widget.error_file", { name: piece.name }));
    }
  };
  const show = (name: string): Piece => {
    const bar = make("progress", { "aria-label": say("widget.file_sending"), max: "1", value: "0" });
    const cross = iconButton(away, say("widget.detach", { name }), () => {
      remove(piece);
      choose.focus();
      changed("");
    });
    const element = make("li", { class: "piece", "data-testid": "widget-piece" }, draw(clip), make("span", { dir: "auto" }, name), bar, cross);
    const piece: Piece = { name, element, bar };
    pieces.push(piece);
    list.append(element);
    return piece;
  };
  const add = (files: Iterable<File>) => {
    let complaint = "";
    for (const file of files) {
      if (pieces.length === MOST) {
        complaint = say("widget.error_files", { most: MOST });
      } else if (file.size > data.file_limit) {
        complaint = say("widget.error_file_large", { name: file.name, size: Math.floor(data.file_limit / 2 ** 20) });
      } else {
        const piece = show(file.name);
        piece.file = file;
        void send(piece);
      }
    }
    changed(complaint);
  };
  input.addEventListener("change", () => {
    add(input.files ?? []);
    input.value = ""; // so that the same file can be chosen again
  });

  return {
    button,
    list,
    get empty() {
      return pieces.length === 0;
    },
    get busy() {
      return pieces.some((piece) => !piece.kept);
    },
    get kept() {
      return pieces.flatMap((piece) => piece.kept ?? []);
    },
    add,
    put: (all) => {
      for (const kept of all) {
        const piece = show(kept.name);
        piece.kept = kept;
        piece.bar.remove();
      }
      changed("");
    },
    clear: () => pieces.forEach(remove),
    go: (now) => {
      token = now;
      pieces.forEach((piece) => void send(piece));
    },
  };
}

/** Whatever is dropped on the widget, or pasted as a picture, goes onto the tray. */
export function takeFiles(root: HTMLElement, add: (files: Iterable<File>) => void): void {
  const carries = (e: DragEvent) => e.dataTransfer?.types.includes("Files") ?? false;
  const over = (on: boolean) => root.classList.toggle("dropping", on);
  root.addEventListener("dragover", (e) => {
    if (carries(e)) {
      e.preventDefault(); // else the browser would open the file in the frame
      over(true);
    }
  });
  root.addEventListener("dragleave", (e) => over(root.contains(e.relatedTarget as Node | null)));
  root.addEventListener("drop", (e) => {
    over(false);
    if (carries(e)) {
      e.preventDefault();
      add(e.dataTransfer!.files);
    }
  });
  root.addEventListener("paste", (e) => {
    const { files, types } = e.clipboardData!;
    if (files.length && !types.includes("text/plain")) { // a cell of a spreadsheet comes with its picture
      e.preventDefault();
      add(files);
    }
  });
}
