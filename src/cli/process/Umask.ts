/** Keeps files that the process writes private to its user, except reports: they follow the user's umask. */
const [onlyOwner, customary] = [0o077, 0o022];
let given = customary;

/** Restricts the umask for the rest of the process. */
export const keep = (): void => {
  given = process.umask(onlyOwner);
};

/** Runs `body` with the user's umask. */
export const suspended = <A>(body: () => A): A => {
  const before = process.umask(given);
  try {
    return body();
  } finally {
    process.umask(before);
  }
};
