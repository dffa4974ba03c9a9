/** A process that sends and counts what is answered; it stays, so that its code is warm in every round. */
import { answer } from "../../live/child.ts"
import * as http from "./httpSender.ts"
import * as mqtt from "./mqttSender.ts"
import type { Ready, SenderQuestion, Sent } from "./Task.ts"
import * as ws from "./wsSender.ts"

const senders = { http, mqtt, ws }

let ready: Ready | undefined

answer<SenderQuestion>(async (question) => {
  if (question.ask === "prepare") {
    ready = await senders[question.task.over].prepare(question.task)
    globalThis.gc?.()
    return {}
  }
  const before = process.cpuUsage()
  const started = performance.now()
  const answered = await ready!.go()
  const elapsed = performance.now() - started
  const { system, user } = process.cpuUsage(before)
  ready = undefined
  const sent: Sent = { ...answered, elapsed, cpu: user + system }
  return sent
})
