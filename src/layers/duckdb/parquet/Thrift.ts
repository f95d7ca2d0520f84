/** Decodes and encodes Thrift's compact protocol without a schema, to read and change Parquet footers. */

/** A value with its type number in the protocol, where true and false are two types. */
export interface Field {
  readonly type: number;
  readonly value: Value;
}
export type Struct = ReadonlyMap<number, Field>;
export interface List {
  readonly type: number;
  readonly items: ReadonlyArray<Value>;
}
export type Value = boolean | bigint | Buffer | List | Struct | ReadonlyArray<readonly [Value, Value]>;

export const types = { true: 1, false: 2, i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;

const longest = 100_000_000;

/** Decodes a struct. Throws a RangeError if the bytes are truncated, and a TypeError if they are invalid. */
export const decode = (bytes: Buffer): Struct => {
  let at = 0;
  const byte = (): number => {
    if (at >= bytes.length) throw new RangeError("the bytes end too early");
    return bytes[at++]!;
  };
  const varint = (): bigint => {
    // Most numbers are small, and bigints are slow.
    let small = 0;
    for (let scale = 1; scale < 2 ** 28; scale *= 128) {
      const next = byte();
      small += (next & 0x7f) * scale;
      if (next < 0x80) return BigInt(small);
    }
    let value = BigInt(small);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const next = byte();
      value |= BigInt(next & 0x7f) << shift;
      if (next < 0x80) return value;
    }
    throw new TypeError("a number is too long");
  };
  const zigzag = (): bigint => {
    const value = varint();
    return (value >> 1n) ^ -(value & 1n);
  };
  const take = (count: number): Buffer => {
    if (count > longest || at + count > bytes.length) throw new RangeError("the bytes end too early");
    at += count;
    return bytes.subarray(at - count, at);
  };
  const value = (type: number, depth: number): Value => {
    if (depth > 64) throw new TypeError("the values are nested too deep");
    switch (type) {
      case 1:
      case 2:
        return type === 1;
      case 3:
        return BigInt(byte());
      case 4:
      case 5:
      case 6:
        return zigzag();
      case 7:
        return take(8);
      case 8:
        return take(Number(varint()));
      case 9:
      case 10: {
        const head = byte();
        const count = head >> 4 === 15 ? Number(varint()) : head >> 4;
        const inner = head & 15;
        if (count > longest) throw new TypeError("a list is too long");
        const items: Array<Value> = [];
        // In a list, booleans are bytes.
        for (let i = 0; i < count; i += 1) items.push(inner <= 2 ? byte() === 1 : value(inner, depth + 1));
        return { type: inner, items };
      }
      case 11: {
        const count = Number(varint());
        if (count === 0) return [];
        const head = byte();
        return Array.from(
          { length: count },
          () => [value(head >> 4, depth + 1), value(head & 15, depth + 1)] as const,
        );
      }
      case 12:
        return struct(depth + 1);
      default:
        throw new TypeError("an unknown type");
    }
  };
  const struct = (depth: number): Struct => {
    const fields = new Map<number, Field>();
    for (let id = 0; ; ) {
      const head = byte();
      if (head === 0) return fields;
      id = head >> 4 === 0 ? Number(zigzag()) : id + (head >> 4);
      const type = head & 15;
      fields.set(id, { type, value: value(type, depth) });
    }
  };
  return struct(0);
};

export const encode = (root: Struct): Buffer => {
  const chunks: Array<Buffer> = [];
  const varint = (value: bigint): void => {
    const out: Array<number> = [];
    let rest = value;
    for (; rest >= 0x80n; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80);
    chunks.push(Buffer.from([...out, Number(rest)]));
  };
  const zigzag = (value: bigint): void => varint(BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)));
  const write = (type: number, value: Value): void => {
    if (type <= 2) return;
    if (type === 3) chunks.push(Buffer.from([Number(value)]));
    else if (type <= 6) zigzag(value as bigint);
    else if (type === 7) chunks.push(value as Buffer);
    else if (type === 8) {
      varint(BigInt((value as Buffer).length));
      chunks.push(value as Buffer);
    } else if (type <= 10) list(value as List);
    else if (type === 11) map(value as ReadonlyArray<readonly [Value, Value]>);
    else struct(value as Struct);
  };
  const list = ({ type, items }: List): void => {
    if (items.length < 15) chunks.push(Buffer.from([(items.length << 4) | type]));
    else {
      chunks.push(Buffer.from([0xf0 | type]));
      varint(BigInt(items.length));
    }
    for (const item of items) {
      if (type <= 2) chunks.push(Buffer.from([item === true ? 1 : 2]));
      else write(type, item);
    }
  };
  const map = (entries: ReadonlyArray<readonly [Value, Value]>): void => {
    if (entries.length > 0) throw new TypeError("a footer has no maps");
    varint(0n);
  };
  const struct = (fields: Struct): void => {
    let last = 0;
    for (const [id, { type, value }] of [...fields].sort(([a], [b]) => a - b)) {
      const step = id - last;
      if (step > 0 && step < 16) chunks.push(Buffer.from([(step << 4) | type]));
      else {
        chunks.push(Buffer.from([type]));
        zigzag(BigInt(id));
      }
      last = id;
      write(type, value);
    }
    chunks.push(Buffer.from([0]));
  };
  struct(root);
  return Buffer.concat(chunks);
};
