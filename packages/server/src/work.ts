import {
  JobBell,
  JobKinds,
  Jobs,
  JobWorker,
  type JobWorkerOptions,
  makeCleanUp,
  makePersonalExport,
  Notifications
} from "@wattkit/engine"
import { Effect, Layer } from "effect"

/** What is done in the background is taken in, and people are told of it. */
export const layer = Layer.provideMerge(Layer.merge(Jobs.layer, Notifications.layer), JobBell.layer)

/** Every kind of job a server runs. */
const kinds = JobKinds.layerOf(Effect.all([makePersonalExport, makeCleanUp]))

/** Runs jobs, until the server stops. */
export const layerWorker = (options: JobWorkerOptions) => Layer.provide(JobWorker.layerWith(options), kinds)
