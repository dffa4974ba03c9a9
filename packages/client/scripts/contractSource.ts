import * as JsonSchemaType from "./JsonSchemaType.ts"
import { document, type Operation, operations } from "./Operation.ts"

/** The first line of every generated file. */
export const generated =
  "// Generated from the HTTP contract by packages/client/scripts/generate.ts; change that one instead."

/** The text of `src/contract.gen.ts`, from the contract as it is now. */
export const contractSource = (): string => {
  const contract = document()
  const all = operations(contract)
  const groups = [...new Set(all.map((one) => one.group))].map((name) => ({
    name,
    operations: all.filter((one) => one.group === name)
  }))
  return [
    generated,
    `import type { Answer, CallOptions, PagedAnswer } from "./Answer.ts"`,
    "",
    ...componentTypes(all, contract.components.schemas),
    "/** Every endpoint of the contract, by group. */",
    "export interface Endpoints {",
    ...groups.flatMap((group) => [
      `  readonly ${group.name}: {`,
      ...group.operations.flatMap((one) => signature(one)),
      "  }"
    ]),
    "}",
    "",
    "/** Method, path and query of every endpoint, and what is special about it. */",
    "export const routes = {",
    groups
      .map(
        (group) =>
          `  ${group.name}: {\n${group.operations.map((one) => `    ${route(one)}`).join(",\n")}\n  }`
      )
      .join(",\n"),
    "} as const",
    ""
  ].join("\n")
}

type Components = { readonly [name: string]: JsonSchemaType.JsonSchema }

const componentTypes = (all: ReadonlyArray<Operation>, components: Components): ReadonlyArray<string> => {
  const used = new Set<string>()
  for (const one of all) {
    for (const schema of [one.result, ...(one.body === undefined ? [] : [one.body])]) {
      JsonSchemaType.mentions(schema, components, used)
    }
  }
  return [...used].sort().flatMap((name) => {
    const schema = JsonSchemaType.component(name, components)
    const type = JsonSchemaType.render(schema)
    const doc = schema.description === undefined ? [] : [`/** ${schema.description} */`]
    return [
      ...doc,
      // One object; several of them, of which each may be meant, are no interface.
      /^\{\n(?!.*^\} \|)/ms.test(type) ? `export interface ${name} ${type}` : `export type ${name} = ${type}`,
      ""
    ]
  })
}

const signature = (one: Operation): ReadonlyArray<string> => {
  const fields = [
    ...one.pathParams.map((name) => `readonly ${JsonSchemaType.key(name)}: string`),
    ...one.query.map(
      ({ name, required, type }) =>
        `readonly ${JsonSchemaType.key(name)}${required ? `: ${type}` : `?: ${type} | undefined`}`
    ),
    ...(one.body === undefined ? [] : [`readonly body: ${JsonSchemaType.render(one.body, "        ")}`])
  ]
  const optional =
    one.pathParams.length === 0 && one.body === undefined && one.query.every((param) => !param.required)
  const params =
    fields.length === 0
      ? "{ readonly [name: string]: never }"
      : `{\n        ${fields.join("\n        ")}\n      }`
  const item = one.result.items
  const result =
    one.isPaged && item !== undefined
      ? `PagedAnswer<${JsonSchemaType.render(item, "    ")}>`
      : `Answer<${JsonSchemaType.render(one.result, "    ")}>`
  return [
    ...(one.summary === undefined ? [] : [`    /** ${one.summary}. */`]),
    `    readonly ${JsonSchemaType.key(one.name)}: (`,
    `      params${optional ? "?" : ""}: ${params},`,
    "      options?: CallOptions",
    `    ) => ${result}`
  ]
}

/** Words after the path: `pages`, `plain` (no envelope), `open` (no credential), `repeatable`. */
const route = (one: Operation): string => {
  const query = one.query.length === 0 ? "" : `?${one.query.map((param) => param.name).join(",")}`
  const words = [
    ...(one.isPaged ? ["pages"] : []),
    ...(one.isPlain ? ["plain"] : []),
    ...(one.isOpen ? ["open"] : []),
    ...(one.isRepeatable ? ["repeatable"] : [])
  ]
  return `${JsonSchemaType.key(one.name)}: "${[one.method, one.path + query, ...words].join(" ")}"`
}
