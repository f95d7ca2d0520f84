/**
 * Copies Parquet files with a changed footer, so that DuckDB reads nanoseconds that it would truncate: INT96
 * becomes a twelve-byte array, and a timestamp in UTC becomes one without a time zone.
 */
import { Effect } from "effect";
import { constants, copyFile, type FileHandle, open } from "../../../services/file/AsyncFile.ts";
import { fileSystem } from "../../../services/file/FileSystem.ts";
import { dirname } from "../../../services/file/Path.ts";
import type { Footer } from "./Footer.ts";
import { encode, type Field, type List, type Struct, types, type Value } from "./Thrift.ts";

const set = (struct: Struct, changes: Readonly<Record<number, Field | undefined>>): Struct => {
  const fields = new Map(struct);
  for (const [id, field] of Object.entries(changes)) {
    if (field === undefined) fields.delete(Number(id));
    else fields.set(Number(id), field);
  }
  return fields;
};

const i32 = (value: number): Field => ({ type: types.i32, value: BigInt(value) });
const structOf = (value: Value): Field => ({ type: types.struct, value });

const withItems = (struct: Struct, id: number, change: (item: Struct, i: number) => Struct): Struct => {
  const list = struct.get(id)?.value as List | undefined;
  if (list === undefined) return struct;
  const items = list.items.map((item, i) => change(item as Struct, i));
  return set(struct, { [id]: { type: types.list, value: { type: list.type, items } } });
};

const fixedLength = 7;
const int96Bytes = 12;

/** The footer with changed types of these leaves, which DuckDB then reads without truncation. */
const patched = ({ raw, elements }: Footer, leaves: ReadonlySet<number>): Buffer => {
  const isInt96 = (leaf: number) =>
    leaves.has(leaf) && elements.some((element) => element.leaf === leaf && element.kind === "int96");
  const schema = withItems(raw, 2, (item, i) => {
    const element = elements[i - 1];
    if (element?.leaf === undefined || !leaves.has(element.leaf)) return item;
    if (element.kind === "int96")
      return set(item, { 1: i32(fixedLength), 2: i32(int96Bytes), 6: undefined, 10: undefined });
    const logical = item.get(10)?.value as Struct;
    const stamp = set(logical.get(8)?.value as Struct, { 1: { type: types.false, value: false } });
    return set(item, { 6: undefined, 10: structOf(set(logical, { 8: structOf(stamp) })) });
  });
  const groups = withItems(schema, 4, (group) =>
    withItems(group, 1, (chunk, leaf) =>
      isInt96(leaf)
        ? set(chunk, {
            3: structOf(set(chunk.get(3)?.value as Struct, { 1: i32(fixedLength), 12: undefined })),
          })
        : chunk,
    ),
  );
  const bytes = encode(groups);
  const end = Buffer.alloc(8);
  end.writeUInt32LE(bytes.length, 0);
  end.write("PAR1", 4, "latin1");
  return Buffer.concat([bytes, end]);
};

/** Copies the whole file, and appends the changed footer. */
export const whole = Effect.fnUntraced(function* (
  path: string,
  target: string,
  footer: Footer,
  leaves: ReadonlySet<number>,
) {
  yield* fileSystem.makeDirectory(dirname(target), { recursive: true, mode: 0o700 });
  yield* Effect.tryPromise(() => copyFile(path, target, constants.COPYFILE_FICLONE));
  yield* fileSystem.writeFile(target, patched(footer, leaves), { flag: "a" });
});

/**
 * Creates a sparse copy with the changed footer: it contains only the
 * values of the leaves `kept`, at their offsets.
 */
export const sparse = (
  path: string,
  target: string,
  footer: Footer,
  leaves: ReadonlySet<number>,
  kept: ReadonlySet<number>,
) =>
  Effect.zipRight(
    fileSystem.makeDirectory(dirname(target), { recursive: true, mode: 0o700 }),
    Effect.tryPromise(async () => {
      await using from = await open(path);
      await using to = await open(target, "w", 0o600);
      await to.write("PAR1", 0, "latin1");
      for (const { start, length } of chunksOf(footer, kept)) await copyRange(from, to, start, length);
      const { size } = await from.stat();
      const end = patched(footer, leaves);
      await to.write(end, 0, end.length, size);
    }),
  );

const chunksOf = ({ raw }: Footer, leaves: ReadonlySet<number>) =>
  itemsOf(raw, 4).flatMap((group) =>
    itemsOf(group, 1).flatMap((chunk, leaf) => {
      const data = chunk.get(3)?.value as Struct | undefined;
      if (!leaves.has(leaf) || data === undefined) return [];
      const at = (id: number) => Number((data.get(id)?.value as bigint | undefined) ?? 0n);
      const [dictionary, pages] = [at(11), at(9)];
      const start = dictionary > 0 ? Math.min(dictionary, pages) : pages;
      return [{ start, length: at(7) }];
    }),
  );

const itemsOf = (struct: Struct, id: number): ReadonlyArray<Struct> =>
  ((struct.get(id)?.value as List | undefined)?.items ?? []) as ReadonlyArray<Struct>;

const copyRange = async (from: FileHandle, to: FileHandle, start: number, length: number) => {
  const buffer = Buffer.alloc(Math.min(1 << 20, Math.max(1, length)));
  for (let at = start; at < start + length; ) {
    const { bytesRead } = await from.read(buffer, 0, Math.min(buffer.length, start + length - at), at);
    if (bytesRead === 0) return;
    await to.write(buffer, 0, bytesRead, at);
    at += bytesRead;
  }
};
