/**
 * Scans JSON bytes for problems that DuckDB does not report: records that are not objects (DuckDB loses their values),
 * values that are nested too deeply, duplicate keys in an object (DuckDB keeps one of them), and numbers with more
 * digits than a double.
 */

/** The maximum nesting depth. DuckDB's reader crashes the process at a depth of some thousands. */
export const maxDepth = 200;

export interface Finding {
  /** The position, appended to the name of the file: `, record 3`. */
  readonly where: string;
  readonly what: string;
  readonly remedy: string;
}

/** The number of keys up to which a linear search is used. */
const fewKeys = 16;

const openBrace = 0x7b;
const openBracket = 0x5b;

/** The bytes that a JSON value can start with, including those of the words `NaN` and `Infinity`. */
const startsValue = new Uint8Array(256);
for (const character of '{["-0123456789tfnNI') startsValue[character.charCodeAt(0)] = 1;

/** A 53-bit hash of a text. */
class Hash {
  #a = 0;
  #b = 0;
  reset(): void {
    this.#a = 0x811c9dc5;
    this.#b = 0x9747b28c;
  }
  add(byte: number): void {
    this.#a = Math.imul(this.#a ^ byte, 0x01000193);
    this.#b = Math.imul(this.#b + byte, 0x5bd1e995) ^ (this.#b >>> 15);
  }
  value(): number {
    return (this.#a >>> 0) * 2 ** 21 + (this.#b >>> 11);
  }
}

export class JsonScan {
  /** A fraction has more digits than a double; DuckDB reads integers of any length correctly. */
  hasLongNumbers = false;
  /** A number in a nested object or array has more digits than a double. */
  hasLongNested = false;
  /** The keys of the records by hash, in the order of their first occurrence. */
  readonly #names = new Map<number, string>();
  #line = 1;
  #record = 0;
  #depth = 0;
  /** The bracket that opened each level. */
  readonly #opened: Array<number> = [];
  /** The keys of all open objects, outermost object first. */
  readonly #keys: Array<number> = [];
  readonly #firstKeys: Array<number> = [];
  readonly #manyKeys: Array<Set<number> | undefined> = [];
  /** The depth at which records start: 1 within an array of records. */
  #recordDepth = 0;
  #expectsKey = false;
  #isString = false;
  #isKey = false;
  #isEscaped = false;
  readonly #hash = new Hash();
  /**
   * The bytes of the current key, and whether they contain escapes,
   * which are decoded before keys are compared.
   */
  readonly #key: Array<number> = [];
  #hasEscapes = false;
  #isNumber = false;
  #isFloat = false;
  #digits = 0;
  /** The digits of the exponent as a number; undefined before the letter. */
  #exponent: number | undefined;

  /** Scans a chunk up to the first finding, and returns it. */
  add(chunk: Buffer): Finding | undefined {
    for (let i = 0; i < chunk.length; i += 1) {
      const byte = chunk[i]!;
      if (this.#isString) {
        const found = this.#inString(byte);
        if (found !== undefined) return found;
        continue;
      }
      if (this.#isNumber && this.#inNumber(byte)) continue;
      const found = this.#outside(byte);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  get keys(): ReadonlyArray<string> {
    return [...this.#names.values()];
  }

  end(): void {
    if (this.#isNumber) this.#endNumber();
  }

  #inString(byte: number): Finding | undefined {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === 0x22) {
      this.#isString = false;
      return this.#isKey ? this.#endKey() : undefined;
    } else if (byte === 0x5c) {
      this.#isEscaped = true;
      this.#hasEscapes = true;
    }
    if (!this.#isKey) return undefined;
    this.#hash.add(byte);
    this.#key.push(byte);
    return undefined;
  }

  #endKey(): Finding | undefined {
    if (this.#hasEscapes) {
      this.#hash.reset();
      for (const byte of decoded(this.#key)) {
        this.#hash.add(byte);
        // DuckDB ends the name there, and loses the value.
        if (byte === 0) {
          return {
            where: `, record ${this.#record}`,
            what: "a key contains the character U+0000",
            remedy: "rename the key",
          };
        }
      }
    }
    const key = this.#hash.value();
    const first = this.#firstKeys[this.#depth]!;
    if (this.#has(key, first)) {
      return {
        where: `, record ${this.#record}`,
        what: "an object has a duplicate key",
        remedy: "fix the file, or leave it out",
      };
    }
    if (this.#depth === this.#recordDepth + 1 && !this.#names.has(key))
      this.#names.set(key, decoded(this.#key).toString("utf8"));
    this.#keys.push(key);
    this.#manyKeys[this.#depth]?.add(key);
    return undefined;
  }

  #has(key: number, first: number): boolean {
    if (this.#keys.length - first <= fewKeys) {
      for (let i = first; i < this.#keys.length; i += 1) if (this.#keys[i] === key) return true;
      return false;
    }
    const many = this.#manyKeys[this.#depth] ?? new Set(this.#keys.slice(first));
    this.#manyKeys[this.#depth] = many;
    return many.has(key);
  }

  /** Whether the byte is part of the number. */
  #inNumber(byte: number): boolean {
    if (byte >= 0x30 && byte <= 0x39) {
      this.#digits += 1;
      if (this.#exponent !== undefined) this.#exponent = this.#exponent * 10 + byte - 0x30;
    } else if (byte === 0x2e) this.#isFloat = true;
    else if (byte === 0x65 || byte === 0x45) {
      this.#isFloat = true;
      this.#exponent = 0;
    } else if (byte !== 0x2b && byte !== 0x2d) {
      this.#endNumber();
      return false;
    }
    return true;
  }

  #endNumber(): void {
    // Exponents above 300 may be outside the range of a double.
    if (this.#digits > 15 || (this.#exponent ?? 0) >= 300) {
      if (this.#depth > this.#recordDepth + 1) this.hasLongNested = true;
      if (this.#isFloat) this.hasLongNumbers = true;
    }
    this.#isNumber = false;
  }

  #outside(byte: number): Finding | undefined {
    if (this.#depth <= this.#recordDepth && startsValue[byte] === 1) {
      const found = this.#startRecord(byte);
      if (found !== undefined) return found;
    }
    switch (byte) {
      case 0x22:
        this.#isString = true;
        this.#isKey = this.#expectsKey;
        this.#expectsKey = false;
        if (this.#isKey) {
          this.#hash.reset();
          this.#key.length = 0;
          this.#hasEscapes = false;
        }
        return undefined;
      case openBrace:
      case openBracket:
        return this.#open(byte);
      case 0x7d:
      case 0x5d:
        if (this.#depth === 0) return undefined;
        this.#keys.length = this.#firstKeys[this.#depth]!;
        this.#depth -= 1;
        this.#expectsKey = false;
        return undefined;
      case 0x2c:
        this.#expectsKey = this.#opened[this.#depth] === openBrace;
        return undefined;
      case 0x0a:
        this.#line += 1;
        return undefined;
      default:
        if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) {
          this.#isNumber = true;
          this.#isFloat = false;
          this.#exponent = undefined;
          this.#digits = byte === 0x2d ? 0 : 1;
        }
        return undefined;
    }
  }

  #startRecord(byte: number): Finding | undefined {
    const remedy = 'write every record as an object, such as {"value": 1}';
    if (this.#depth < this.#recordDepth)
      return { where: `, line ${this.#line}`, what: "more values follow the array of records", remedy };
    if (byte === openBracket && this.#depth === 0 && this.#record === 0) {
      this.#recordDepth = 1;
      return undefined;
    }
    this.#record += 1;
    return byte === openBrace
      ? undefined
      : { where: `, record ${this.#record}`, what: "the record is not an object", remedy };
  }

  #open(byte: number): Finding | undefined {
    this.#depth += 1;
    if (this.#depth > maxDepth) {
      return {
        where: "",
        what: `line ${this.#line}: values are nested more than ${maxDepth} levels deep`,
        remedy: "flatten the value, or write it as a string",
      };
    }
    this.#opened[this.#depth] = byte;
    this.#firstKeys[this.#depth] = this.#keys.length;
    this.#manyKeys[this.#depth] = undefined;
    this.#expectsKey = byte === openBrace;
    return undefined;
  }
}

/** The bytes of a key with its escapes decoded. */
const decoded = (bytes: ReadonlyArray<number>): Buffer => {
  const text = Buffer.from(bytes).toString("utf8");
  try {
    return Buffer.from(String(JSON.parse(`"${text}"`)), "utf8");
  } catch {
    return Buffer.from(bytes);
  }
};
