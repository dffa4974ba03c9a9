import { emoncms as format } from "@wattkit/formats"
import { json, lostOf, messageOf, retryAfter, statusOf, text } from "./answers.ts"
import type { Asked } from "./asked.ts"
import type { Answer, Ending, Endpoint } from "./Compat.ts"
import { whyMalformed } from "./judged.ts"
import { headerSecret } from "./secrets.ts"

/** As emoncms says it: with 200, since its clients look at the text alone. */
const failed = (message: string): Answer => json(200, { success: false, message })

const refused = (ending: Exclude<Ending, { kind: "taken" }>): Answer => {
  if (ending.kind !== "unauthorized") {
    return json(statusOf[ending.kind], { success: false, message: messageOf(ending) }, retryAfter(ending))
  }
  return text(401, "Invalid API key", {
    "www-authenticate": 'Bearer realm="API KEY", error="invalid_apikey", error_description="Invalid API key"'
  })
}

const answer = (ending: Ending, isJson: boolean): Answer => {
  if (ending.kind !== "taken") return refused(ending)
  const [lost] = lostOf(ending)
  if (lost !== undefined) return failed(`${lost.field} ${lost.message}`)
  return isJson ? json(200, { success: true }) : text(200, "ok")
}

/** Whoever sends `fulljson` is answered in JSON. */
const asksForJson = (topic: string, body: string): boolean =>
  /[?&]fulljson=/.test(topic) || /(^|&)fulljson=/.test(body) || /^\s*\{/.test(body)

/** Finds the endpoint of emoncms that a request is for. */
export const emoncms = ({ header, path, strip, topic }: Asked): Endpoint | undefined => {
  // An emoncms of one's own usually stands under this path.
  const place = path.startsWith("/emoncms/") ? path.slice("/emoncms".length) : path
  if (!/^\/input\/(bulk(\.json)?|post(\.json)?(\/[^/]+)?)$/.test(place)) return undefined
  const { rest, secret } = strip(["apikey"])
  return {
    peer: "emoncms",
    format: "emoncms",
    methods: ["GET", "POST"],
    topic: topic(place, rest),
    credential: headerSecret(header("authorization")) ?? secret,
    secrets: ["apikey"],
    refuse: (message) => {
      const why = whyMalformed(format, message)
      return why === undefined ? undefined : failed(why)
    },
    answer: (ending, message) =>
      answer(
        ending,
        message !== undefined && asksForJson(message.topic, new TextDecoder().decode(message.payload))
      )
  }
}
