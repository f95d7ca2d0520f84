/** Whatever the process writes is for its user alone, but for reports: those are as the user's umask has it. */
const [onlyOwner, customary] = [0o077, 0o022];
let given = customary;

/** From now on. */
export const keep = (): void => {
  given = process.umask(onlyOwner);
};

/** The exception. */
export const suspended = <A>(body: () => A): A => {
  const before = process.umask(given);
  try {
    return body();
  } finally {
    process.umask(before);
  }
};
