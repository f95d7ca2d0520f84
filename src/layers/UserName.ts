/** Who runs this, as the machine knows them. */
import { userInfo } from "node:os";

/** The user's name; null where neither the environment nor the user database has one. */
export const userName = (): string | null => {
  try {
    // Bun says "unknown" then.
    const { username } = userInfo();
    return username === "unknown" ? null : username;
  } catch {
    return null;
  }
};
