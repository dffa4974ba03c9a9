import { thingsboard as format } from "@wattkit/formats"
import { empty, json, lostOf, messageOf, retryAfter, statusOf } from "./answers.ts"
import type { Asked } from "./asked.ts"
import type { Answer, Ending, Endpoint } from "./Compat.ts"
import { whyMalformed } from "./judged.ts"

/** ThingsBoard's numbers for what went wrong. */
const codes = {
  unauthorized: 10,
  forbidden: 20,
  malformed: 31,
  too_large: 31,
  unsupported: 31,
  busy: 33,
  unavailable: 2
} as const

const bad = (message: string): Answer => json(400, { status: 400, message, errorCode: codes.malformed })

const answer = (ending: Ending): Answer => {
  if (ending.kind !== "taken") {
    const status = statusOf[ending.kind]
    const body = { status, message: messageOf(ending), errorCode: codes[ending.kind] }
    return json(status, body, retryAfter(ending))
  }
  const [lost] = lostOf(ending)
  return lost === undefined ? empty(200) : bad(`${lost.field} ${lost.message}`)
}

const plain = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** Finds the endpoint of ThingsBoard that a request is for; its token stands in the path. */
export const thingsboard = ({ path }: Asked): Endpoint | undefined => {
  const match = /^\/api\/v1\/([^/]+)\/(telemetry|attributes)$/.exec(path)
  if (match === null) return undefined
  const [, token = "", what = ""] = match
  return {
    peer: "thingsboard",
    format: "thingsboard",
    methods: ["POST"],
    topic: `/api/v1/me/${what}`,
    credential: plain(token),
    secrets: [],
    refuse: (message) => {
      const why = whyMalformed(format, message)
      return why === undefined ? undefined : bad(why)
    },
    answer
  }
}
