/** The licences of what the executable contains. scripts/build replaces this module by one that has the file. */

/** Where the executable's own file system has the text; undefined when run from sources. */
export const notices: string | undefined = undefined as string | undefined;
