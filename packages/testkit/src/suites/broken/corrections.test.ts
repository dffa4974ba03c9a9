import { type DeviceReading, type ReadingStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import { readingStoreChecks } from "../readingStoreSuite.ts"
import { describeMistakes, type Mistake } from "./mistakes.fixture.ts"

const wrongly =
  (spoil: (right: ReadingStore) => Partial<ReadingStore>): Mistake["spoil"] =>
  ({ readings }) => ({ readings: spoil(readings) })

const mistakes: Record<string, Mistake> = {
  "lets the correction count that came last": {
    seenBy: "the correction made last counts, not the one that came last",
    spoil: wrongly((right) => {
      let came = 0
      return {
        correct: (tenantId, corrections) =>
          right.correct(
            tenantId,
            corrections.map((one) => ({ ...one, madeAt: (one.madeAt + came++ * 1e6) as typeof one.madeAt }))
          )
      }
    })
  },
  "lets what the device said count after all": {
    seenBy: "readings and corrections in any order, with any repeats, leave the same store",
    spoil: wrongly((right) => ({
      append: (tenantId, batch) =>
        Effect.tap(right.append(tenantId, batch), (told) => {
          const late = batch.filter((_, i) => told[i] === "superseded")
          return right.correct(
            tenantId,
            late.map(({ deviceId, ...reading }) => ({
              deviceId,
              channel: reading.channel,
              at: reading.at,
              reading,
              by: "the device",
              reason: "came last",
              madeAt: (reading.at + 1e9) as typeof reading.at
            }))
          )
        })
    }))
  },
  "forgets what it corrects": {
    seenBy: "a corrected reading says what the correction says, and both stay readable",
    spoil: wrongly((right) => ({
      revisions: (tenantId, identity) =>
        Effect.map(right.revisions(tenantId, identity), (revisions) => revisions.slice(-1))
    }))
  },
  "keeps a struck-out reading as the latest": {
    seenBy: "a reading that is struck out is not there, until a later correction brings it back",
    spoil: wrongly((right) => {
      const newest = new Map<string, DeviceReading>()
      return {
        append: (tenantId, batch) => {
          for (const one of batch) {
            const before = newest.get(one.deviceId)
            if (before === undefined || one.at > before.at) newest.set(one.deviceId, one)
          }
          return right.append(tenantId, batch)
        },
        latest: (tenantId, deviceIds) =>
          Effect.map(right.latest(tenantId, deviceIds), (latest) =>
            latest.map((one) => newest.get(one.deviceId) ?? one)
          )
      }
    })
  },
  "calls every correction revised": {
    seenBy: "the same correction twice changes nothing, and another of the same moment is refused",
    spoil: wrongly((right) => ({
      correct: (tenantId, corrections) =>
        Effect.map(right.correct(tenantId, corrections), (told) => told.map(() => "revised" as const))
    }))
  },
  "makes corrections one by one": {
    seenBy: "corrections that are given up are made all or none, and can be repeated",
    spoil: wrongly((right) => ({
      correct: (tenantId, corrections) =>
        Effect.forEach(corrections, (one) =>
          Effect.tap(
            Effect.flatMap(right.correct(tenantId, [one]), ([told]) => Effect.succeed(told!)),
            () => Effect.yieldNow
          )
        )
    }))
  },
  "shows revisions to any tenant": {
    seenBy: "corrects no reading of another tenant, and shows it none of the versions",
    spoil: wrongly((right) => {
      let owner: Parameters<ReadingStore["append"]>[0] | undefined
      return {
        append: (tenantId, batch) => right.append((owner = tenantId), batch),
        revisions: (tenantId, identity) => right.revisions(owner ?? tenantId, identity)
      }
    })
  },
  "takes a part of a batch that is too large": {
    seenBy: "a batch over the largest is a defect and stores nothing",
    spoil: wrongly((right) => ({
      append: (tenantId, batch) => right.append(tenantId, batch.slice(0, right.capabilities.maxBatch))
    }))
  },
  "takes an instant that is none for another": {
    seenBy: "an instant that no calendar has is a defect, and stores nothing of its batch",
    spoil: wrongly((right) => ({
      append: (tenantId, batch) =>
        right.append(
          tenantId,
          batch.map((one) => ({
            ...one,
            at: (Number.isFinite(one.at) ? Math.min(one.at, 1e14) : 0) as typeof one.at
          }))
        )
    }))
  },
  "forgets where deltas begin": {
    seenBy: "keeps where deltas begin, which tells readings apart",
    spoil: wrongly((right) => ({
      append: (tenantId, batch) =>
        right.append(
          tenantId,
          batch.map(({ since: _, ...one }) => one)
        )
    }))
  }
}

describeMistakes(
  "the suite of reading stores sees, of corrections and limits, an adapter that",
  readingStoreChecks(),
  mistakes
)
