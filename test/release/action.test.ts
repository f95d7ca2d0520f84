/** The scripts of the GitHub Action: against the real programs, and against an API that behaves like GitHub's. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dir, "../..");
const action = join(root, "packaging", "action");
const folder = mkdtempSync(join(tmpdir(), "bqkit-action-"));

interface Comment {
  readonly id: number;
  readonly body: string;
}

let server: ReturnType<typeof Bun.serve>;
let comments: Array<Comment> = [];
let requests: Array<string> = [];
let refuses = false;

beforeAll(() => {
  server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      requests.push(`${request.method} ${pathname}`);
      if (request.headers.get("authorization") !== "Bearer secret" || refuses)
        return Response.json({ message: "Resource not accessible by integration" }, { status: 403 });
      if (request.method === "GET") {
        const [page, size] = [Number(searchParams.get("page")), Number(searchParams.get("per_page"))];
        return Response.json(comments.slice((page - 1) * size, page * size));
      }
      const { body } = (await request.json()) as { body: string };
      if (body.length > 65_536) return Response.json({ message: "body is too long" }, { status: 422 });
      const id = request.method === "POST" ? comments.length + 1 : Number(pathname.split("/").at(-1));
      comments = [...comments.filter((comment) => comment.id !== id), { id, body }];
      return Response.json({ id, body });
    },
  });
});
afterAll(async () => {
  await server.stop(true);
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  [comments, requests, refuses] = [[], [], false];
});

const comment = async (report: string | undefined, event: unknown = { pull_request: { number: 7 } }) => {
  const [file, events] = [join(folder, "report.md"), join(folder, "event.json")];
  rmSync(file, { force: true });
  if (report !== undefined) writeFileSync(file, report);
  writeFileSync(events, JSON.stringify(event));
  const env = {
    ...process.env,
    GITHUB_API_URL: server.url.href.replace(/\/$/, ""),
    GITHUB_REPOSITORY: "o/r",
    GITHUB_EVENT_PATH: events,
    GITHUB_TOKEN: "secret",
    NAME: "orders",
    REPORT: file,
  };
  const child = Bun.spawn(["node", join(action, "comment.mjs")], { env, stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr, status] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { stdout, stderr, status };
};

describe("the comment on a pull request", () => {
  test("is created once, and then replaced, also after a hundred others", async () => {
    comments = Array.from({ length: 120 }, (_, i) => ({ id: i + 1, body: "by somebody" }));
    expect(await comment("first")).toEqual({ stdout: "", stderr: "", status: 0 });
    expect(await comment("second")).toEqual({ stdout: "", stderr: "", status: 0 });
    const own = comments.filter(({ body }) => body !== "by somebody");
    expect(own).toEqual([{ id: 121, body: "<!-- bqkit orders -->\nsecond" }]);
    expect(requests.filter((request) => !request.startsWith("GET"))).toEqual([
      "POST /repos/o/r/issues/7/comments",
      "PATCH /repos/o/r/issues/comments/121",
    ]);
  });

  test("is shortened to what GitHub stores", async () => {
    expect((await comment("line\n".repeat(20_000))).stdout).toBe("");
    expect(comments[0]!.body.length).toBeLessThanOrEqual(65_536);
    expect(comments[0]!.body).toEndWith("the artifact of the run has all of it.\n");
  });

  test("that is refused is a warning", async () => {
    refuses = true;
    const { stdout, status } = await comment("first");
    expect(stdout).toMatch(/^::warning title=bqkit::cannot comment .* 403 .*not accessible/);
    expect(status).toBe(0);
  });

  test("is left out without a pull request or a report", async () => {
    expect((await comment("first", {})).stdout).toBe("not a pull request: no comment\n");
    expect((await comment(undefined)).stdout).toBe("no report: no comment\n");
    expect(requests).toEqual([]);
  });
});

describe("a run of the action", () => {
  const run = (args: string) => {
    const work = mkdtempSync(join(folder, "run-"));
    const program = join(work, "bq-schema-diff");
    const source = join(root, "src", "bin", "bqkit.ts");
    writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${source}" bq-schema-diff "$@"\n`, {
      mode: 0o755,
    });
    const [outputs, summary, reports] = ["output", "summary", "reports"].map((name) => join(work, name));
    const env = {
      ...process.env,
      PROGRAM: program,
      ARGS: args,
      REPORTS: reports,
      GITHUB_OUTPUT: outputs,
      GITHUB_STEP_SUMMARY: summary,
    };
    const { exitCode } = Bun.spawnSync(["bash", join(action, "run.sh")], {
      env,
      cwd: join(root, "examples", "data"),
    });
    const read = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : undefined);
    return {
      exitCode,
      output: read(outputs!),
      summary: read(summary!),
      html: read(join(reports!, "report.html")),
      markdown: read(join(reports!, "report.md")),
    };
  };

  test("keeps the exit status, and writes the reports from one run", () => {
    const ran = run("--only\nitems,cust*\norders-v1.schema.json\norders-v2.schema.json\n");
    expect([ran.exitCode, ran.output]).toEqual([0, "status=1\n"]);
    expect(ran.markdown).toContain("cust");
    expect(ran.summary).toBe(ran.markdown);
    expect(ran.html).toStartWith("<!doctype html>");
  });

  test("keeps the status of a usage error, which has no report", () => {
    const ran = run("--no-such-option");
    expect([ran.exitCode, ran.output, ran.markdown]).toEqual([0, "status=2\n", undefined]);
  });
});
