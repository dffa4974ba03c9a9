import { type ChannelUsage, Instant } from "@wattkit/core"
import * as Effect from "effect/Effect"
import { storageUpkeepChecks } from "../storageUpkeepSuite.ts"
import { describeMistakes, type Mistake, type Stores, type Wrong } from "./mistakes.fixture.ts"

/** Answers, once something was given up, cells otherwise than they are. */
const afterRetention =
  (change: (cells: ReadonlyArray<ChannelUsage>, from: number) => ReadonlyArray<ChannelUsage>) =>
  ({ upkeep, usage }: Stores): Wrong => {
    let from = Number.NEGATIVE_INFINITY
    return {
      upkeep: {
        retain: (now, retention) =>
          Effect.tap(upkeep.retain(now, retention), ({ readingsFrom }) =>
            Effect.sync(() => void (from = readingsFrom))
          )
      },
      usage: {
        page: (tenantId, query) => Effect.map(usage.page(tenantId, query), (cells) => change(cells, from))
      }
    }
  }

const expires = "readings are given up by whole days of UTC, and what comes then is told to be expired"

const mistakes: Record<string, Mistake> = {
  "always lags": {
    seenBy: "after a refresh nothing lags, and another has nothing to do",
    spoil: () => ({ upkeep: { lag: Effect.succeed(1) } })
  },
  "counts no change": {
    seenBy: "counts the channels and the cells that changed",
    spoil: () => ({
      upkeep: {
        refreshUsage: Effect.succeed({ channels: 2, changed: { PT15M: 0, PT1H: 0, P1D: 0 } })
      }
    })
  },
  "writes what did not change": {
    seenBy: "what comes again and what is refused changes no cell",
    spoil: ({ upkeep }) => ({
      upkeep: {
        refreshUsage: Effect.map(upkeep.refreshUsage, (done) => ({
          ...done,
          changed: { PT15M: 4, PT1H: 1, P1D: 1 }
        }))
      }
    })
  },
  "computes a day for a reading": {
    seenBy: "a late reading changes the cells it touches and no others",
    spoil: ({ upkeep }) => ({
      upkeep: {
        refreshUsage: Effect.map(upkeep.refreshUsage, (done) => ({
          ...done,
          changed: { ...done.changed, PT15M: done.changed.PT15M * 96 }
        }))
      }
    })
  },
  "takes readings that were given up": {
    seenBy: expires,
    spoil: ({ readings }) => ({
      readings: {
        append: (tenantId, batch) =>
          Effect.map(readings.append(tenantId, batch), (told) =>
            told.map((one) => (one === "expired" ? "accepted" : one))
          )
      }
    })
  },
  "gives up usage with its readings": {
    seenBy: expires,
    spoil: afterRetention((cells, from) => cells.filter(({ within }) => within.start >= from))
  },
  "gives up usage that was not computed yet": {
    seenBy: "usage of readings that were not refreshed is computed before they are given up",
    spoil: afterRetention((cells, from) => cells.filter(({ within }) => within.start >= from))
  },
  "goes back to an earlier horizon": {
    seenBy: "giving up twice, or keeping longer than before, gives up nothing more and brings nothing back",
    spoil: ({ upkeep }) => ({
      upkeep: {
        retain: (now, retention) =>
          Effect.map(upkeep.retain(now, retention), (done) => ({
            ...done,
            readingsFrom: Instant.plus(now, -retention.readingDays * 86_400_000)
          }))
      }
    })
  },
  "forgets the neighbours before the horizon": {
    seenBy: "a late reading after the horizon has its neighbours before it, and changes nothing before it",
    spoil: afterRetention((cells, from) =>
      cells.map((cell) => (cell.within.start === from ? { ...cell, imported: null } : cell))
    )
  },
  "keeps all cells": {
    seenBy: "cells are given up when they are older than they are kept, each resolution for itself",
    spoil: ({ upkeep }) => ({
      upkeep: {
        retain: (now, { readingDays }) =>
          upkeep.retain(now, {
            readingDays,
            quarterHourDays: 20_000,
            hourDays: 20_000,
            dayDays: 20_000
          })
      }
    })
  },
  "shows what it keeps for neighbours": {
    seenBy: "what is corrected after the horizon falls back to nothing that was given up",
    spoil: ({ readings }) => {
      const first = new Map<string, Parameters<typeof readings.append>[1][number]>()
      return {
        readings: {
          append: (tenantId, batch) => {
            for (const one of batch) if (!first.has(one.deviceId)) first.set(one.deviceId, one)
            return readings.append(tenantId, batch)
          },
          latest: (tenantId, deviceIds) =>
            Effect.map(readings.latest(tenantId, deviceIds), (latest) =>
              latest.length > 0 ? latest : deviceIds.flatMap((id) => first.get(id) ?? [])
            )
        }
      }
    }
  }
}

describeMistakes("the suite of storage upkeep sees an adapter that", storageUpkeepChecks, mistakes)
