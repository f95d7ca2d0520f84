/** A terminal emulator: keeps the output of a program as shown on screen, for any window size. */
import { Terminal } from "@xterm/headless";

export interface Screen {
  /** Sends keyboard input. */
  readonly type: (text: string) => void;
  readonly resize: (columns: number, rows: number) => Promise<void>;
  /** The lines since the first output, including those above the window, without trailing blank ones. */
  readonly lines: () => Promise<ReadonlyArray<string>>;
  /** Waits until the lines satisfy the predicate. */
  readonly until: (wanted: (lines: ReadonlyArray<string>) => boolean) => Promise<ReadonlyArray<string>>;
  readonly exited: Promise<number>;
  /** All bytes as received. */
  readonly raw: () => string;
}

export interface ScreenOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Redirects stdout. */
  readonly stdout?: string;
}

export const start = (
  command: ReadonlyArray<string>,
  { columns = 80, rows = 24, env = {}, stdout }: ScreenOptions = {},
): Screen => {
  const terminal = new Terminal({ cols: columns, rows, scrollback: 1000, allowProposedApi: true });
  let raw = "";
  const decoder = new TextDecoder();
  const argv = stdout === undefined ? [...command] : ["sh", "-c", 'exec "$@" > "$OUT"', "sh", ...command];
  const child = Bun.spawn(argv, {
    env: { ...process.env, TERM: "xterm-256color", NO_COLOR: "", CI: "", OUT: stdout ?? "", ...env },
    terminal: {
      cols: columns,
      rows,
      data: (_, bytes) => {
        raw += decoder.decode(bytes, { stream: true });
        terminal.write(bytes);
      },
    },
  });
  const settled = () => new Promise<void>((done) => terminal.write("", done));
  const lines = async () => {
    await settled();
    const { active } = terminal.buffer;
    const all = Array.from({ length: active.length }, (_, i) => active.getLine(i)!.translateToString(true));
    return all.slice(0, all.findLastIndex((line) => line !== "") + 1);
  };
  return {
    type: (text) => child.terminal!.write(text),
    resize: async (cols, height) => {
      await settled();
      terminal.resize(cols, height);
      child.terminal!.resize(cols, height);
    },
    lines,
    until: async (wanted) => {
      for (;;) {
        const seen = await lines();
        if (wanted(seen)) return seen;
        await Bun.sleep(10);
      }
    },
    exited: child.exited,
    raw: () => raw,
  };
};
