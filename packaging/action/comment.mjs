/** Writes the report into the one comment of its name on the pull request: creates it, or replaces its text. */
import { existsSync, readFileSync } from "node:fs";

const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_EVENT_PATH, GITHUB_TOKEN, NAME, REPORT } = process.env;

/** GitHub refuses longer comments. */
const limit = 65_536;

const number = JSON.parse(readFileSync(GITHUB_EVENT_PATH, "utf8")).pull_request?.number;
const marker = `<!-- bqkit ${NAME.replaceAll("--", "- -")} -->`;

const bodyOf = (report) => {
  const whole = `${marker}\n${report}`;
  if (whole.length <= limit) return whole;
  const note = "\n\n… The report is longer than a comment can be; the artifact of the run has all of it.\n";
  const shown = whole.slice(0, limit - note.length);
  return `${shown.slice(0, shown.lastIndexOf("\n"))}${note}`;
};

const call = async (method, path, body) => {
  const response = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${GITHUB_TOKEN}`,
      "content-type": "application/json",
    },
    ...(body === undefined ? {} : { body: JSON.stringify({ body }) }),
  });
  if (!response.ok)
    throw new Error(`${method} ${path}: ${response.status} ${(await response.text()).slice(0, 300)}`);
  return response.json();
};

const earlier = async () => {
  for (let page = 1; ; page++) {
    const comments = await call("GET", `/issues/${number}/comments?per_page=100&page=${page}`);
    const found = comments.find(({ body }) => body?.startsWith(marker));
    if (found !== undefined || comments.length < 100) return found;
  }
};

if (number === undefined) console.log("not a pull request: no comment");
else if (!existsSync(REPORT)) console.log("no report: no comment");
else {
  try {
    const body = bodyOf(readFileSync(REPORT, "utf8"));
    const found = await earlier();
    if (found === undefined) await call("POST", `/issues/${number}/comments`, body);
    else await call("PATCH", `/issues/comments/${found.id}`, body);
  } catch (error) {
    // The exit status of the program decides about the job, not the comment.
    console.log(`::warning title=bqkit::cannot comment on the pull request: ${error.message}`);
  }
}
