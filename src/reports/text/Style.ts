/** Colours, if enabled. They are never the only carrier of information. */

export type Paint = (text: string) => string;

export interface Style {
  readonly strong: Paint;
  readonly muted: Paint;
  readonly good: Paint;
  readonly warn: Paint;
  readonly bad: Paint;
  readonly note: Paint;
}

const code =
  (on: number, off: number): Paint =>
  (text) =>
    text === "" ? "" : `\u001b[${on}m${text}\u001b[${off}m`;

const plain: Paint = (text) => text;

export const style = (color: boolean): Style =>
  color
    ? {
        strong: code(1, 22),
        muted: code(2, 22),
        good: code(32, 39),
        warn: code(33, 39),
        bad: code(31, 39),
        note: code(36, 39),
      }
    : { strong: plain, muted: plain, good: plain, warn: plain, bad: plain, note: plain };
