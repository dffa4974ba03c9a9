import type { Binding, BindingKey, DeadLetter } from "@wattkit/core"
import * as Effect from "effect/Effect"
import { bindingStoreChecks } from "../messages/bindingStoreSuite.ts"
import { deadLetterStoreChecks } from "../messages/deadLetterStoreSuite.ts"
import { describeMistakes } from "./mistakes.fixture.ts"

/** A text as a careless column holds it. */
const storable = (text: string): string => text.replaceAll("\0", "\ufffd").toWellFormed()

const storableKey = <A extends BindingKey>(key: A): A => ({ ...key, subject: storable(key.subject) })

describeMistakes("the suite of binding stores sees an adapter that", bindingStoreChecks, {
  "keeps the first device of a subject": {
    seenBy: "binds a subject to one device: the last in the place of the one before",
    spoil: ({ bindings }) => ({
      bindings: {
        set: (binding) =>
          Effect.flatMap(bindings.get(binding.tenantId, [binding]), (known) =>
            known.length > 0 ? Effect.void : bindings.set(binding)
          )
      }
    })
  },
  "keeps some of the binding before": {
    seenBy: "binds a subject to one device: the last in the place of the one before",
    spoil: ({ bindings }) => ({
      bindings: {
        set: (binding) =>
          Effect.flatMap(bindings.get(binding.tenantId, [binding]), ([before]) =>
            bindings.set({ ...binding, createdAt: before?.createdAt ?? binding.createdAt })
          )
      }
    })
  },
  "binds a subject of any format": {
    seenBy: "unbinds a subject, and says whether it was bound",
    spoil: ({ bindings }) => {
      const formats = new Map<string, Binding["format"]>()
      return {
        bindings: {
          set: (binding) => {
            formats.set(binding.subject, binding.format)
            return bindings.set(binding)
          },
          remove: (tenantId, { subject, format }) =>
            bindings.remove(tenantId, { subject, format: formats.get(subject) ?? format })
        }
      }
    }
  },
  "shows bindings of any tenant": {
    seenBy: "keeps each tenant's apart",
    spoil: ({ bindings }) => {
      const all: Array<Binding> = []
      return {
        bindings: {
          set: (binding) => Effect.tap(bindings.set(binding), () => Effect.sync(() => all.push(binding))),
          get: (_, keys) => Effect.succeed(all.filter(({ subject }) => subject === keys[0]?.subject))
        }
      }
    }
  },
  "sorts as UTF-16": {
    seenBy: "lists by format and subject as their code points are, page by page",
    spoil: ({ bindings }) => ({
      bindings: {
        list: (tenantId, page) =>
          Effect.map(bindings.list(tenantId, page), (some) =>
            some.toSorted((a, b) =>
              a.format === b.format ? (a.subject < b.subject ? -1 : 1) : a.format < b.format ? -1 : 1
            )
          )
      }
    })
  },
  "replaces what no column can hold": {
    seenBy: "subjects no column can hold are told apart, and come back as they are",
    spoil: ({ bindings }) => ({
      bindings: {
        set: (binding) => bindings.set(storableKey(binding)),
        get: (tenantId, keys) => bindings.get(tenantId, keys.map(storableKey)),
        remove: (tenantId, key) => bindings.remove(tenantId, storableKey(key))
      }
    })
  }
})

describeMistakes("the suite of dead letter stores sees an adapter that", deadLetterStoreChecks, {
  "takes payloads for text": {
    seenBy: "answers what was added, with every byte of it",
    spoil: ({ letters }) => ({
      letters: {
        add: (tenantId, some) =>
          letters.add(
            tenantId,
            some.map((letter) => {
              const payload = new TextEncoder().encode(new TextDecoder().decode(letter.message.payload))
              return { ...letter, message: { ...letter.message, payload } }
            })
          )
      }
    })
  },
  "keeps bytes that belong to the sender": {
    seenBy: "keeps its own bytes, whatever becomes of those it was given",
    spoil: ({ letters }) => {
      const given = new Map<string, DeadLetter>()
      return {
        letters: {
          add: (tenantId, some) => {
            for (const letter of some) given.set(letter.id, letter)
            return letters.add(tenantId, some)
          },
          list: (tenantId, page) =>
            Effect.map(letters.list(tenantId, page), (some) => some.map(({ id }) => given.get(id)!))
        }
      }
    }
  },
  "keeps the last that comes with an id": {
    seenBy: "what comes again changes nothing, also beside new ones and twice in one list",
    spoil: ({ letters }) => {
      const last = new Map<string, DeadLetter>()
      return {
        letters: {
          add: (tenantId, some) => {
            for (const letter of some) last.set(letter.id, letter)
            return letters.add(tenantId, some)
          },
          list: (tenantId, page) =>
            Effect.map(letters.list(tenantId, page), (some) => some.map(({ id }) => last.get(id)!))
        }
      }
    }
  },
  "counts what comes again": {
    seenBy: "what comes again changes nothing, also beside new ones and twice in one list",
    spoil: ({ letters }) => {
      let added = 0
      return {
        letters: {
          add: (tenantId, some) =>
            Effect.map(letters.add(tenantId, some), () => ({ waiting: (added += some.length) }))
        }
      }
    }
  },
  "settles what is settled": {
    seenBy: "what is settled says how, stays as it is, and waits no longer",
    spoil: ({ letters }) => {
      const last = new Map<string, DeadLetter["settled"]>()
      return {
        letters: {
          settle: (tenantId, ids, settled) => {
            for (const id of ids) last.set(id, settled)
            return letters.settle(tenantId, ids, settled)
          },
          list: (tenantId, page) =>
            Effect.map(letters.list(tenantId, page), (some) =>
              some.map((one) => ({ ...one, settled: last.get(one.id) ?? null }))
            )
        }
      }
    }
  },
  "counts what is settled among what waits": {
    seenBy: "counts what waits, and the bytes of its payloads and topics",
    spoil: ({ letters }) => ({
      letters: {
        waiting: (tenantId) =>
          Effect.map(letters.list(tenantId, { limit: 1e6, waiting: false }), (all) => ({
            count: all.length,
            bytes: all.reduce((sum, { message }) => sum + message.payload.length + message.topic.length, 0)
          }))
      }
    })
  },
  "counts characters for bytes": {
    seenBy: "counts what waits, and the bytes of its payloads and topics",
    spoil: ({ letters }) => ({
      letters: {
        waiting: (tenantId) =>
          Effect.map(letters.list(tenantId, { limit: 1e6, waiting: true }), (all) => ({
            count: all.length,
            bytes: all.reduce((sum, { message }) => sum + message.payload.length + message.topic.length, 0)
          }))
      }
    })
  },
  "shows letters of any tenant": {
    seenBy: "keeps each tenant's apart, and none of a tenant there is not",
    spoil: ({ letters }) => {
      let first: DeadLetter["tenantId"] | undefined
      return {
        letters: {
          list: (tenantId, page) => letters.list((first ??= tenantId), page),
          waiting: (tenantId) => letters.waiting((first ??= tenantId))
        }
      }
    }
  },
  "replaces what no column can hold": {
    seenBy: "texts no column can hold are told apart, and come back as they are",
    spoil: ({ letters }) => ({
      letters: {
        list: (tenantId, page) =>
          Effect.map(letters.list(tenantId, page), (some) =>
            some.map((one) => ({ ...one, detail: storable(one.detail) }))
          )
      }
    })
  },
  "gives up more than it is told to": {
    seenBy: "gives up what came before an instant, settled or not, so many at most",
    spoil: ({ letters }) => ({ letters: { forget: (before) => letters.forget(before, 1e6) } })
  }
})
