import type { AuditVerification } from "@wattkit/client"

const faults = {
  changed: "was changed after it was written",
  broken: "does not follow from the one before",
  missing: "is missing"
} as const

/** Whether the log is as it was written, and what to note to find out later. */
export const chainWords = ({ fault, head }: AuditVerification): string => {
  if (fault !== null) return `Entry ${fault.number} ${faults[fault.kind]}.`
  if (head === null) return "The log is empty."
  return `The log is as it was written. Note elsewhere: number ${head.number}, hash ${head.hash}`
}
