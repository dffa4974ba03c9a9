import type { Answer, Call } from "../fixtures/call.ts"
import { requestFor, type Row } from "./matrix.ts"
import type { Operation } from "./operations.ts"
import type { BearerKind, PlaceName, Scene } from "./Scene.ts"

/** What came of one cell. */
export interface Judged {
  readonly outcome: string
  /** Names that were told to somebody who must not know them. */
  readonly leaks: ReadonlyArray<string>
  readonly text: string
}

const namesOf = (scene: Scene, ...places: ReadonlyArray<PlaceName>): ReadonlyArray<string> =>
  places.flatMap((place) => [
    scene.locationOf(place),
    scene.deviceOf(place, "meter"),
    scene.deviceOf(place, "plug")
  ])

/** What a bearer must not be shown in a scene, whatever was asked. */
const hiddenFrom = (scene: Scene, bearer: BearerKind): ReadonlyArray<string> => {
  if (bearer === "anonymous") return namesOf(scene, "near", "far", "foreign")
  if (bearer === "foreign admin") return namesOf(scene, "near", "far")
  if (bearer.endsWith("without")) return namesOf(scene, "near", "foreign")
  if (bearer === "user" || bearer === "manager") return namesOf(scene, "far", "foreign")
  if (bearer === "device") return [...namesOf(scene, "far", "foreign"), scene.deviceOf("near", "plug")]
  if (bearer === "other device") return [...namesOf(scene, "far", "foreign"), scene.deviceOf("near", "meter")]
  return namesOf(scene, "foreign")
}

/** The outcome of an answer; one that did nothing says so itself. */
export const outcomeOf = ({ data, status }: Pick<Answer<unknown>, "data" | "status">, row: Row): string => {
  if (status < 200 || status > 299) return String(status)
  return row.isNothing?.(data) === true ? "nil" : "2xx"
}

/** A tenant that somebody claims to be of, wherever a careless handler might look for it. */
export interface Claim {
  readonly tenantId: string
}

const claiming = (path: string, claim: Claim | undefined): string =>
  claim === undefined ? path : `${path}${path.includes("?") ? "&" : "?"}tenantId=${claim.tenantId}`

const isObject = (body: unknown): body is object =>
  typeof body === "object" && body !== null && !Array.isArray(body)

/** Asks what one cell asks. */
export const judge = async (
  call: Call,
  scene: Scene,
  { operation, row }: { readonly operation: Operation; readonly row: Row },
  bearer: BearerKind,
  claim?: Claim
): Promise<Judged> => {
  const { body, method, path } = requestFor(operation, row, scene, bearer)
  const said = claim !== undefined && isObject(body) ? { ...body, ...claim } : body
  const answer = await call<unknown>(method, claiming(path, claim), {
    key: await scene.secretOf(bearer),
    body: said,
    ...(claim === undefined ? {} : { headers: { "x-tenant-id": claim.tenantId } })
  })
  const sent = path + JSON.stringify(body)
  const hidden = hiddenFrom(scene, bearer).filter((name) => !sent.includes(name))
  const leaks = answer.status < 300 ? hidden.filter((name) => answer.text.includes(`"${name}"`)) : []
  return { outcome: outcomeOf(answer, row), leaks, text: answer.text }
}
