/** Validates requests against Google's description of the REST API (methods.json, see refresh.sh). */
import type { Seen } from "../../../support/scripted-server/index.ts";
import description from "./methods.json" with { type: "json" };

interface Shape {
  readonly type?: string;
  readonly $ref?: string;
  readonly format?: string;
  readonly enum?: ReadonlyArray<string>;
  readonly items?: Shape;
  readonly additionalProperties?: Shape;
  readonly location?: string;
}
interface Method {
  readonly parameters: Readonly<Record<string, Shape>>;
  readonly request?: string;
  readonly response?: string;
}

const methods: Readonly<Record<string, Method>> = description.methods;
const schemas: Readonly<Record<string, Readonly<Record<string, Shape>>>> = description.schemas;

export const described: ReadonlyArray<string> = Object.keys(methods);

/** Whether a text is a valid value of a parameter. */
const fits = (text: string, { type, format, enum: values }: Shape): boolean => {
  if (values !== undefined) return values.includes(text);
  if (type === "boolean") return text === "true" || text === "false";
  if (type === "integer") return /^-?\d+$/.test(text) && (format !== "uint32" || Number(text) < 2 ** 32);
  return format?.endsWith("int64") === true ? /^-?\d+$/.test(text) : text !== "";
};

const valueFaults = (value: unknown, shape: Shape, place: string): ReadonlyArray<string> => {
  if (shape.$ref !== undefined) return bodyFaults(value, shape.$ref, place);
  if (shape.type === "array") {
    return Array.isArray(value)
      ? value.flatMap((one, i) => valueFaults(one, shape.items ?? {}, `${place}[${i}]`))
      : [`${place} is not an array`];
  }
  if (shape.type === "object") {
    return typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([name, one]) =>
          valueFaults(one, shape.additionalProperties ?? {}, `${place}.${name}`),
        )
      : [`${place} is not an object`];
  }
  const isRight =
    shape.type === undefined || typeof value === (shape.type === "integer" ? "number" : shape.type);
  return isRight && (typeof value !== "string" || fits(value, shape))
    ? []
    : [`${place} is not a ${shape.format ?? shape.type}: ${JSON.stringify(value)}`];
};

const bodyFaults = (value: unknown, schema: string, place: string): ReadonlyArray<string> => {
  const properties = schemas[schema];
  if (properties === undefined)
    return [`${place}: the schema ${schema} is not described; add it to refresh.sh`];
  if (typeof value !== "object" || value === null) return [`${place} is not an object`];
  return Object.entries(value).flatMap(([name, one]) => {
    const shape = properties[name];
    return shape === undefined
      ? [`${place}.${name} is not in the schema ${schema}`]
      : valueFaults(one, shape, `${place}.${name}`);
  });
};

/** Validates the names in a `fields` mask, including nested ones. */
const maskFaults = (mask: string, schema: string): ReadonlyArray<string> => {
  let at = 0;
  const list = (of: string | undefined): ReadonlyArray<string> => {
    const faults: Array<string> = [];
    for (;;) {
      const [name = ""] = /^[^,()]*/.exec(mask.slice(at)) ?? [];
      at += name.length;
      const shape = of === undefined ? undefined : schemas[of]?.[name];
      if (of !== undefined && shape === undefined) faults.push(`fields: ${of} has no ${name}`);
      if (mask[at] === "(") {
        at += 1;
        faults.push(...list(shape?.$ref));
        at += 1;
      }
      if (mask[at] !== ",") return faults;
      at += 1;
    }
  };
  return list(schema);
};

export const faultsOf = ({
  method,
  query,
  body,
}: Pick<Seen, "method" | "query" | "body">): ReadonlyArray<string> => {
  const known = methods[method];
  if (known === undefined) return [`${method} is not described`];
  const parameters = Object.entries(query).flatMap(([name, text]) => {
    const shape = known.parameters[name];
    if (shape?.location !== "query") return [`${method} has no parameter ${name}`];
    return fits(text, shape) ? [] : [`${method}: ${name} is not a ${shape.type}: ${text}`];
  });
  const masks =
    query.fields === undefined || known.response === undefined
      ? []
      : maskFaults(query.fields, known.response);
  const isEmpty = Object.keys(body).length === 0;
  const bodies =
    known.request === undefined
      ? isEmpty
        ? []
        : [`${method} takes no body`]
      : bodyFaults(body, known.request, "body");
  return [...parameters, ...masks, ...bodies];
};
