/** A script as JSON, for a server in another process. */
import { type Fault, type FaultKind, faultKinds, faultOf, randomFaults } from "./faults.ts";
import type { Method } from "./routes.ts";
import type { Script, Seen } from "./script.ts";
import { type WarehouseOptions, warehouse } from "./warehouse.ts";

/** A fault for matching requests. */
export interface Rule {
  readonly method?: Method;
  /** A regular expression for the path. */
  readonly path?: string;
  /** The number of matching requests that fail; absent: all. */
  readonly times?: number;
  readonly fault: Fault | FaultKind;
}

export interface ScriptJson extends Omit<Script, "tables" | "query" | "fault"> {
  readonly warehouse?: WarehouseOptions;
  /** Random faults; `rules` take precedence. */
  readonly random?: {
    readonly seed: number;
    readonly share: number;
    readonly kinds?: ReadonlyArray<FaultKind>;
  };
  /** The first matching rule decides. */
  readonly rules?: ReadonlyArray<Rule>;
}

const isKind = (fault: Rule["fault"]): fault is FaultKind =>
  typeof fault === "string" && faultKinds.some((kind) => kind === fault);

const ruled = (rules: ReadonlyArray<Rule>) => {
  const left = rules.map(({ times }) => times ?? Infinity);
  const patterns = rules.map(({ path }) => (path === undefined ? undefined : new RegExp(path)));
  return ({ method, path }: Seen): Fault | undefined => {
    const at = rules.findIndex(
      (rule, i) => left[i]! > 0 && (rule.method ?? method) === method && (patterns[i]?.test(path) ?? true),
    );
    if (at < 0) return undefined;
    left[at]! -= 1;
    const { fault } = rules[at]!;
    return isKind(fault) ? faultOf(fault) : fault;
  };
};

export const fromJson = ({ warehouse: options, random, rules = [], ...script }: ScriptJson): Script => {
  const byRule = ruled(rules);
  const byChance = random && randomFaults(random.seed, random.share, random.kinds);
  return {
    keepRequests: 0,
    ...script,
    ...(options === undefined ? {} : warehouse(options)),
    fault: (seen, before) => byRule(seen) ?? byChance?.(seen, before),
  };
};
