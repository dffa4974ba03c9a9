import { statusOf } from "@wattkit/api"
import { generated } from "./contractSource.ts"

/** The text of `src/status.gen.ts`, from the contract as it is now. */
export const statusSource = (): string =>
  [
    generated,
    "",
    "/** The HTTP status of every code a failure can carry. */",
    "export const statusOf = {",
    Object.entries(statusOf)
      .map(([code, status]) => `  ${code}: ${status}`)
      .join(",\n"),
    "} as const",
    ""
  ].join("\n")
