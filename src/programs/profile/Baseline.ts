/** An earlier report to compare with. */
import type { Profile } from "./Profile.ts";

/** The profiles of an earlier report by the item's name. */
export interface Baseline {
  readonly profiles: ReadonlyMap<string, Profile>;
}
