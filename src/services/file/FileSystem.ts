/** The platform's `FileSystem` for the engines and programs, whose only requirement is `BigQuery`. */

import { FileSystem } from "@effect/platform/FileSystem";
import * as BunFileSystem from "@effect/platform-bun/BunFileSystem";
import { Effect } from "effect";

export const fileSystem = Effect.runSync(Effect.provide(FileSystem, BunFileSystem.layer));
