import * as AST from "effect/SchemaAST"
import { Api } from "../Api.ts"

/** A route that reads, and the fields of what it answers: of the thing, or of each entry of the list. */
export interface AnswerFields {
  readonly path: string
  readonly fields: ReadonlyArray<string>
}

const propertyOf = (ast: AST.AST | undefined, name: string): AST.AST | undefined =>
  ast !== undefined && AST.isObjects(ast)
    ? ast.propertySignatures.find((property) => property.name === name)?.type
    : undefined

const namesOf = (data: AST.AST | undefined): ReadonlyArray<string> => {
  const thing = data !== undefined && AST.isArrays(data) ? data.rest[0] : data
  return thing !== undefined && AST.isObjects(thing)
    ? thing.propertySignatures.map(({ name }) => String(name))
    : []
}

/** Every route of which `?fields=` can ask for a part. */
export const answerFields: ReadonlyArray<AnswerFields> = Object.values(Api.groups)
  .flatMap((group) => Object.values(group.endpoints))
  .filter(({ method }) => method === "GET")
  .map(({ path, success }) => ({ path, fields: namesOf(propertyOf([...success][0]?.ast, "data")) }))
  .filter(({ fields }) => fields.length > 0)
