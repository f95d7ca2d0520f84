/** A growing list of integers from 0 to 2^53 that takes less memory than an array. */

export interface NumberList extends Iterable<number> {
  readonly length: number;
  readonly at: (index: number) => number | undefined;
  readonly push: (value: number) => void;
}

const perChunk = 2 ** 14;

/** Chunks are never copied: an array that grows needs its old and its new memory at the same time. */
export const make = (Numbers: Uint32ArrayConstructor | Float64ArrayConstructor): NumberList => {
  const chunks: Array<Uint32Array | Float64Array> = [];
  let length = 0;
  const at = (index: number) =>
    index >= 0 && index < length ? chunks[Math.floor(index / perChunk)]![index % perChunk] : undefined;
  return {
    get length() {
      return length;
    },
    at,
    push: (value) => {
      if (length % perChunk === 0) chunks.push(new Numbers(perChunk));
      chunks.at(-1)![length % perChunk] = value;
      length += 1;
    },
    *[Symbol.iterator]() {
      for (let i = 0; i < length; i++) yield at(i)!;
    },
  };
};

/** Indexes of items: less than 2^32. */
export const indexes = (): NumberList => make(Uint32Array);

/** Offsets in files. */
export const offsets = (): NumberList => make(Float64Array);
