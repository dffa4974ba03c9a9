import * as Effect from "effect/Effect"
import { UnsupportedMediaType } from "../errors.ts"
import type { BodyHeaders } from "../wire.ts"
import type { RowsOptions } from "./readRows.ts"

const formats: Readonly<Record<string, "json" | RowsOptions["format"]>> = {
  "application/json": "json",
  "application/x-ndjson": "ndjson",
  "application/ndjson": "ndjson",
  "text/csv": "csv"
}

const unsupported = (message: string) => Effect.fail(new UnsupportedMediaType({ message }))

/** What the headers say of a body that may be rows, and whether it is gzipped. */
export const formatOfRows = ({
  contentEncoding = "identity",
  contentType = "application/json"
}: BodyHeaders): Effect.Effect<
  { readonly format: "json" | RowsOptions["format"]; readonly isGzipped: boolean },
  UnsupportedMediaType
> => {
  const [type = "", ...parameters] = contentType
    .toLowerCase()
    .split(";")
    .map((part) => part.trim().replaceAll('"', ""))
  const charset = parameters.find((part) => part.startsWith("charset="))?.slice("charset=".length)
  if (charset !== undefined && charset !== "utf-8" && charset !== "utf8") {
    return unsupported("the charset must be utf-8")
  }
  const format = Object.hasOwn(formats, type) ? formats[type] : undefined
  if (format === undefined) {
    return unsupported("the content type must be application/json, application/x-ndjson or text/csv")
  }
  const encoding = contentEncoding.trim().toLowerCase()
  const isGzipped = encoding === "gzip" || encoding === "x-gzip"
  return isGzipped || encoding === "identity" || encoding === ""
    ? Effect.succeed({ format, isGzipped })
    : unsupported("the content encoding must be gzip or none")
}
