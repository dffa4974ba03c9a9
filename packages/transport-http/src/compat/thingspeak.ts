import type { Message } from "@wattkit/core"
import { Instant } from "@wattkit/core"
import { thingspeak as format } from "@wattkit/formats"
import { json, lostOf, messageOf, retryAfter, statusOf, text } from "./answers.ts"
import type { Asked } from "./asked.ts"
import type { Answer, Ending, Endpoint } from "./Compat.ts"
import { whyMalformed } from "./judged.ts"

const errors = {
  unauthorized: ["error_auth_required", "Authorization Required"],
  forbidden: ["error_no_action", "No Action"],
  malformed: ["error_bad_request", "Bad Request"],
  too_large: ["error_request_too_large", "Request Too Large"],
  unsupported: ["error_bad_request", "Bad Request"],
  busy: ["error_too_many_requests", "Too Many Requests"],
  unavailable: ["error_service_unavailable", "Service Unavailable"]
} as const

type Refused = Exclude<Ending, { kind: "taken" }>

const inJson = (ending: Refused): Answer => {
  const [code, message] = errors[ending.kind]
  const status = statusOf[ending.kind]
  const error = { error_code: code, message, details: messageOf(ending) }
  return json(status, { status: String(status), error }, retryAfter(ending))
}

/** The form without an ending says 0 for everything that was not written. */
const inText = (ending: Refused): Answer => text(statusOf[ending.kind], "0", retryAfter(ending))

/**
 * The number of an entry. Clients only look whether it is above zero; here nothing is counted, so it is the
 * second in which the entry arrived.
 */
const entryId = ({ receivedAt }: Message): number => Math.max(1, Math.floor(receivedAt / 1000))

const written = (message: Message | undefined, isJson: boolean): Answer => {
  if (message === undefined) return isJson ? json(200, {}) : text(200, "1")
  const id = entryId(message)
  if (!isJson) return text(200, String(id))
  return json(200, { created_at: Instant.format(message.receivedAt), entry_id: id })
}

const endpoint = (
  asked: Asked,
  path: string,
  refused: (ending: Refused) => Answer,
  success: (message: Message | undefined) => Answer
): Endpoint => {
  const { rest, secret } = asked.strip(["api_key", "key", "write_api_key"])
  const header = asked.header("x-thingspeakapikey") ?? asked.header("thingspeakapikey")
  return {
    peer: "thingspeak",
    format: "thingspeak",
    methods: path.startsWith("/update") ? ["GET", "POST"] : ["POST"],
    topic: asked.topic(path, rest),
    credential: header ?? secret,
    secrets: ["write_api_key", "api_key", "key"],
    refuse: (message) => {
      const why = whyMalformed(format, message)
      return why === undefined ? undefined : refused({ kind: "malformed", message: why })
    },
    answer: (ending, message) => {
      if (ending.kind !== "taken") return refused(ending)
      const [lost] = lostOf(ending)
      return lost === undefined
        ? success(message)
        : refused({ kind: "malformed", message: `${lost.field} ${lost.message}` })
    }
  }
}

/** Finds the endpoint of ThingSpeak that a request is for. */
export const thingspeak = (asked: Asked): Endpoint | undefined => {
  const { path } = asked
  if (path === "/update") return endpoint(asked, path, inText, (message) => written(message, false))
  if (path === "/update.json") return endpoint(asked, path, inJson, (message) => written(message, true))
  return /^\/channels\/\d{1,20}\/bulk_update\.(json|csv)$/.test(path)
    ? endpoint(asked, path, inJson, () => json(202, { success: true }))
    : undefined
}
