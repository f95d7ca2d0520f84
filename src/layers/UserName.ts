/** The operating-system user. */
import { userInfo } from "../services/OperatingSystem.ts";

/** The user's name; null if neither the environment nor the user database has one. */
export const userName = (): string | null => {
  try {
    // Bun returns "unknown" for a missing user.
    const { username } = userInfo();
    return username === "unknown" ? null : username;
  } catch {
    return null;
  }
};
