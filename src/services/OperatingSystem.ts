/** What the operating system reports about this machine and its user; @effect/platform has no service for it. */
export {
  availableParallelism,
  constants,
  homedir,
  hostname,
  tmpdir,
  totalmem,
  userInfo,
} from "node:os";
