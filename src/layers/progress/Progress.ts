/** Progress of a batch on stderr: a bar if lines can be redrawn, otherwise plain lines, or only messages. */
import { Effect, Layer } from "effect";
import { Progress, type ProgressService } from "../../services/Progress.ts";

/** Prints nothing. */
const silent: ProgressService = {
  start: () => Effect.void,
  grow: () => Effect.void,
  begin: () => Effect.void,
  end: () => Effect.void,
  message: () => Effect.void,
  stop: Effect.void,
};

export interface Options {
  /** Whether progress is shown; undefined: on a terminal, for more than one item. */
  readonly shown: boolean | undefined;
  readonly terminal: boolean;
  /** Whether the terminal can redraw a line. */
  readonly redraws: boolean;
  /** Writes a line without its line feed. */
  readonly writeLine: (line: string) => Effect.Effect<void>;
}

/** Always prints messages; shows a bar or lines while the batch runs. */
export const make = ({ shown, terminal, redraws, writeLine }: Options): Effect.Effect<ProgressService> =>
  Effect.sync(() => {
    let current: ProgressService = { ...silent, message: writeLine };
    const wanted = (total: number) => shown ?? (terminal && total > 1);
    const visible = (): Effect.Effect<ProgressService> =>
      redraws
        ? Effect.promise(() => import("./ProgressBar.ts")).pipe(
            Effect.map((module) => module.make(process.stderr)),
          )
        : Effect.promise(() => import("./ProgressLines.ts")).pipe(
            Effect.map((module) => module.make(writeLine)),
          );
    return {
      start: (total) =>
        wanted(total)
          ? Effect.flatMap(visible(), (service) => {
              current = service;
              return service.start(total);
            })
          : Effect.void,
      grow: (total) => current.grow(total),
      begin: (label) => current.begin(label),
      end: (label, status) => current.end(label, status),
      message: (text) => Effect.suspend(() => current.message(text)),
      stop: Effect.suspend(() => {
        const { stop } = current;
        current = { ...silent, message: writeLine };
        return stop;
      }),
    };
  });

export const layer = (options: Options): Layer.Layer<Progress> => Layer.effect(Progress, make(options));
