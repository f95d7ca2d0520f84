/** In CI, random tests always have the same cases, so that a failure concerns the change. Elsewhere they have new ones. */
import fc from "fast-check";

if (process.env.CI !== undefined) fc.configureGlobal({ seed: 20_261_128 });
