/** Path functions of this platform for code that is not an Effect; Effects use the `Path` service. */

import { Path } from "@effect/platform/Path";
import * as BunPath from "@effect/platform-bun/BunPath";
import { Effect } from "effect";

export const { basename, dirname, join, relative, resolve, sep } = Effect.runSync(
  Effect.provide(Path, BunPath.layer),
);
