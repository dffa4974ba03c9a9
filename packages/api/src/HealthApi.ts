import { InstantFromString } from "@wattkit/core"
import * as Schema from "effect/Schema"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"

const Load = Schema.Struct({ messages: Schema.Finite, bytes: Schema.Finite })

const Component = Schema.Struct({
  status: Schema.Literals(["up", "down"]),
  /** Why it is down, in words without secrets. */
  message: Schema.optionalKey(Schema.String),
  /** Of usage: how many milliseconds ago the oldest reading was stored that it does not show yet. */
  lagMs: Schema.optionalKey(Schema.Finite),
  /** Of MQTT: what came and is not acknowledged yet, and the most that was since the start. */
  inFlight: Schema.optionalKey(Load),
  peak: Schema.optionalKey(Load),
  /** Of the broker inside: how many are connected to it. */
  connections: Schema.optionalKey(Schema.Finite),
  /** Of another broker: since when there is the connection to it, and how many were lost before. */
  since: Schema.optionalKey(InstantFromString),
  reconnects: Schema.optionalKey(Schema.Finite)
})

/** How the server is, component by component. */
export const Health = Schema.Struct({
  status: Schema.Literals(["ok", "starting", "draining", "down"]),
  version: Schema.String,
  uptimeSeconds: Schema.Finite,
  /** What an acknowledged reading survives: the end of the process, or also a power cut. */
  durability: Schema.Literals(["memory", "process", "power"]),
  components: Schema.Record(Schema.String, Component)
}).annotate({ identifier: "Health" })
export type Health = typeof Health.Type

const NotReady = Health.annotate({ identifier: "NotReady", httpApiStatus: 503 })

/** Whether the server lives and can serve. These answers stand outside the envelope, as probes expect. */
export class HealthApi extends HttpApiGroup.make("health")
  .add(
    HttpApiEndpoint.get("show", "/health", { success: Health }).annotate(
      OpenApi.Summary,
      "Status, version and the state of every component"
    ),
    HttpApiEndpoint.get("live", "/health/live", {
      success: Schema.Struct({ status: Schema.Literal("ok") })
    }).annotate(OpenApi.Summary, "The process runs"),
    HttpApiEndpoint.get("ready", "/health/ready", { success: Health, error: NotReady }).annotate(
      OpenApi.Summary,
      "The server can store and answer"
    )
  )
  .annotate(OpenApi.Description, "Probes for people, load balancers and orchestrators.") {}
