/** Parquet files with a modified footer. */
import { readFileSync, writeFileSync } from "node:fs";
import {
  decode,
  encode,
  type Field,
  type List,
  type Struct,
} from "../../src/layers/duckdb/parquet/Thrift.ts";

export const i32 = (value: number): Field => ({ type: 5, value: BigInt(value) });
export const i64 = (value: number): Field => ({ type: 6, value: BigInt(value) });
export const text = (value: string): Field => ({ type: 8, value: Buffer.from(value) });
export const struct = (fields: ReadonlyArray<readonly [number, Field]> = []): Field => ({
  type: 12,
  value: new Map(fields),
});

/** The struct with these fields set, or removed where they are null. */
export const set = (of: Struct, fields: Readonly<Record<number, Field | null>>): Struct => {
  const changed = new Map(of);
  for (const [id, field] of Object.entries(fields)) {
    if (field === null) changed.delete(Number(id));
    else changed.set(Number(id), field);
  }
  return changed;
};

/** The struct with the items of a list changed. */
export const each = (of: Struct, id: number, change: (item: Struct, i: number) => Struct): Struct => {
  const { type, items } = of.get(id)!.value as List;
  return set(of, {
    [id]: { type: 9, value: { type, items: items.map((item, i) => change(item as Struct, i)) } },
  });
};

/** The schema element of a column. */
export const column = (footer: Struct, name: string, change: (element: Struct) => Struct): Struct =>
  each(footer, 2, (item) => (String(item.get(4)?.value) === name ? change(item) : item));

/** The metadata of every chunk of the column at this position. */
export const chunks = (footer: Struct, position: number, change: (data: Struct) => Struct): Struct =>
  each(footer, 4, (group) =>
    each(group, 1, (chunk, i) =>
      i === position ? set(chunk, { 3: { type: 12, value: change(chunk.get(3)!.value as Struct) } }) : chunk,
    ),
  );

/** Writes the file again with a changed footer. */
export const rewrite = (path: string, change: (footer: Struct) => Struct): string => {
  const bytes = readFileSync(path);
  const length = bytes.readUInt32LE(bytes.length - 8);
  const start = bytes.length - 8 - length;
  const footer = encode(change(decode(bytes.subarray(start, bytes.length - 8))));
  const end = Buffer.alloc(8);
  end.writeUInt32LE(footer.length, 0);
  end.write("PAR1", 4, "latin1");
  writeFileSync(path, Buffer.concat([bytes.subarray(0, start), footer, end]));
  return path;
};
