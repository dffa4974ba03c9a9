import { BaseSequencer, type TestSpecification } from "vitest/node"

/** The files that take longest, the longest first. */
const longest = [
  "storage-postgres/test/model.test.ts",
  "server/test/kill.test.ts",
  "server/test/network.test.ts",
  "server/test/outage.test.ts"
]

const rankOf = ({ moduleId }: TestSpecification): number => {
  const place = longest.findIndex((end) => moduleId.endsWith(end))
  return place < 0 ? longest.length : place
}

/**
 * Begins with the files that take longest. A fresh clone does not remember how long each took, and one of
 * three minutes that comes last leaves a processor with nothing to do.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}
