/** The presenter of the batch tests' program. */
import * as Document from "../../src/reports/Document.ts";
import type { Presenter } from "../../src/reports/Presenter.ts";
import type { Payload } from "../batch/support.ts";

export const presenter: Presenter<Payload> = {
  present: ({ name, size }) => ({
    title: name,
    headline: `size ${size}`,
    blocks: [{ _tag: "Facts", facts: [{ label: "Size", cell: Document.bytes(size) }] }],
  }),
  outcome: () => ({ kind: "good", text: "ok" }),
  overview: { columns: [{ title: "size", align: "right" }], row: ({ size }) => [Document.count(size)] },
};
