import { type DeadLetter, makeId } from "@wattkit/core"

const encoder = new TextEncoder()

/** The id of a dead letter: when it came, then a digest of all it is, so that the same one is kept once. */
export const letterIdOf = async (letter: Omit<DeadLetter, "id" | "settled">): Promise<string> => {
  const { deviceId, format, message, reason, subject, tenantId } = letter
  const about = [tenantId, message.carrier, message.topic, message.receivedAt, message.isRetained]
  const head = encoder.encode(JSON.stringify([...about, reason, format, subject, deviceId]))
  const content = new Uint8Array(head.length + message.payload.length)
  content.set(head)
  content.set(message.payload, head.length)
  const digest = await crypto.subtle.digest("SHA-256", content)
  return makeId("dl", message.receivedAt, new Uint8Array(digest))
}
