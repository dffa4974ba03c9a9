import { Context } from "effect"

/** The id of the request that is being answered, in every log line and in the `meta` of every answer. */
export const RequestId = Context.Reference<string>("@wattkit/server/RequestId", {
  defaultValue: () => "none"
})

const shape = /^[A-Za-z0-9._:-]{1,128}$/

/** Takes the id a caller chose, unless it could break a log line, and a fresh one otherwise. */
export const requestIdOf = (header: string | undefined): string =>
  header !== undefined && shape.test(header) ? header : crypto.randomUUID()
