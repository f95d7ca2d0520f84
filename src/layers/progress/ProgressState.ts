/** The state of a running batch: counts, rate, time left and running items. */
import { escapeControls } from "../../domain/EscapeControls.ts";

export interface ProgressState {
  readonly grow: (total: number) => void;
  readonly begin: (label: string) => void;
  readonly end: (label: string) => void;
  readonly done: () => number;
  /** `12.5/s`, and `~2 min 0 s left` once an item has finished. */
  readonly pace: (now: number) => { readonly rate: string; readonly left: string };
  /** `a, b and 2 more` */
  readonly inFlight: (most: number) => string;
}

export const make = (first: number, startedAt: number): ProgressState => {
  // Items may share a name: a pair with different options is another item.
  const running = new Map<string, number>();
  let [total, done] = [first, 0];
  return {
    grow: (now) => {
      total = now;
    },
    begin: (label) => {
      const name = escapeControls(label);
      running.set(name, (running.get(name) ?? 0) + 1);
    },
    end: (label) => {
      const name = escapeControls(label);
      const left = (running.get(name) ?? 0) - 1;
      if (left > 0) running.set(name, left);
      else running.delete(name);
      done++;
    },
    done: () => done,
    pace: (now) => {
      const seconds = Math.max(0.001, (now - startedAt) / 1000);
      const rate = done / seconds;
      const left = done === 0 ? "" : `~${time((total - done) / rate)} left`;
      return {
        rate: done === 0 ? "" : rate >= 1 ? `${rate.toFixed(1)}/s` : `${(rate * 60).toFixed(1)}/min`,
        left,
      };
    },
    inFlight: (most) => {
      const names = [...running.keys()];
      const shown = names.slice(0, most).join(", ");
      return names.length <= most ? shown : `${shown} and ${names.length - most} more`;
    },
  };
};

const time = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
};
