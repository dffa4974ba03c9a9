import { requestOf, type ReadyRequest } from "./example.ts"
import { contract, type Operation } from "./operations.ts"
import { type BearerKind, password, type Scene } from "./Scene.ts"

/** What comes of a request, as far as it is about who may do what; `nil` is done, with nothing to do. */
export type Outcome = "2xx" | "nil" | "400" | "401" | "403" | "404" | "409"

/** A row of the matrix: what each bearer gets, and what about the request the contract does not say. */
export interface Row {
  /**
   * One outcome for each bearer, in this order: anonymous, foreign admin, user without and with the location,
   * manager without and with it, admin, read key, ingest key, manage key, device, other device.
   */
  readonly outcomes: string
  /** Members of the query that the contract leaves open. */
  readonly query?: (scene: Scene) => Readonly<Record<string, string>>
  /** The body, where one that only fits the schema would not be enough. */
  readonly body?: (scene: Scene) => unknown
  /** What stands for ids in the path where it is not what is near, by what stands before them. */
  readonly things?: (scene: Scene, bearer: BearerKind) => Readonly<Record<string, string>>
  /** Whether an answer says that nothing was done, where that is no failure. */
  readonly isNothing?: (data: unknown) => boolean
}

/** The outcomes of a row, one for each bearer. */
export const outcomesOf = ({ outcomes }: Row): ReadonlyArray<Outcome> =>
  outcomes.split(" ") as ReadonlyArray<string> as ReadonlyArray<Outcome>

/** The things of a scene that requests are about, by what stands before them in a path. */
export const thingsIn =
  (scene: Scene, own: Readonly<Record<string, string>> = {}) =>
  (thing: string): string => {
    const things: Readonly<Record<string, string>> = {
      locations: scene.locationOf("near"),
      devices: scene.deviceOf("near", "meter"),
      channels: "main",
      users: scene.member.userId,
      sessions: scene.member.sessionId,
      "api-keys": scene.keyId,
      tariffs: scene.tariffId,
      jobs: scene.jobId,
      notifications: "notification_of_nobody",
      ...own
    }
    const found = things[thing]
    if (found === undefined) throw new Error(`say in matrix.ts what stands for an id after /${thing}/`)
    return found
  }

const at = "2026-06-01T10:00:00Z"
const later = "2026-06-02T10:00:00Z"

/** What members are to be of which the schema alone does not say enough. */
export const hintsOf =
  (scene: Scene) =>
  (name: string): unknown => {
    const hints: Readonly<Record<string, unknown>> = {
      at,
      from: at,
      to: later,
      parentId: null,
      zone: "Europe/Berlin",
      currency: "EUR",
      reason: "because",
      format: "shelly-gen2",
      subject: `subject-${scene.tenantId}`,
      password,
      current: password,
      email: `new-${crypto.randomUUID()}@example.com`,
      next: "Another-Horse-8",
      deviceId: scene.deviceOf("near", "meter"),
      locationId: scene.locationOf("near")
    }
    return hints[name]
  }

/** The request of a row, about what is near. */
export const requestFor = (
  operation: Operation,
  row: Row,
  scene: Scene,
  bearer: BearerKind
): ReadyRequest => {
  const things = thingsIn(scene, row.things?.(scene, bearer) ?? {})
  const request = requestOf(operation, contract.components.schemas, things, hintsOf(scene))
  const query = new URLSearchParams(row.query?.(scene)).toString()
  const path =
    query === "" ? request.path : `${request.path}${request.path.includes("?") ? "&" : "?"}${query}`
  return { ...request, path, ...(row.body === undefined ? {} : { body: row.body(scene) }) }
}
