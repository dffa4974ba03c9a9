import type { Format } from "../Format.ts"
import { interpret } from "../spec/interpret.ts"
import { Keepalives } from "./Keepalives.ts"
import { spec } from "./spec.ts"
import { words } from "./words.ts"

const interpreted = interpret(spec)

/** GX devices of Victron, which speak only as long as somebody asks them to. */
export const victron: Format = {
  id: "victron",
  words,
  topics: interpreted.topics,
  makeReader: () => {
    const keepalives = new Keepalives()
    return {
      read: (message) => {
        const told = interpreted.read(message)
        if (told !== undefined) keepalives.note(message.topic)
        return told
      },
      requests: () => keepalives.requests()
    }
  }
}
