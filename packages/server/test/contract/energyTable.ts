import type { Row } from "./matrix.ts"
import { type Scene, tariff } from "./Scene.ts"

/** Everybody who is known. */
const known = "401 2xx 2xx 2xx 2xx 2xx 2xx 2xx 2xx 2xx 2xx 2xx"
/** Anybody at all. */
const open = "2xx 2xx 2xx 2xx 2xx 2xx 2xx 2xx 2xx 2xx 2xx 2xx"
/** Lists that leave out what is not to be seen. */
const reads = "401 2xx 2xx 2xx 2xx 2xx 2xx 2xx 403 2xx 2xx 2xx"
const readsDevice = "401 404 404 2xx 404 2xx 2xx 2xx 403 2xx 2xx 404"
const readsLocation = "401 404 404 2xx 404 2xx 2xx 2xx 403 2xx 2xx 2xx"
const ingests = "401 404 404 2xx 404 2xx 2xx 403 2xx 2xx 2xx 404"
const corrects = "401 404 403 403 404 2xx 2xx 403 403 2xx 403 403"
const manages = "401 2xx 403 403 2xx 2xx 2xx 403 403 2xx 403 403"
const managesNear = "401 404 403 403 404 2xx 2xx 403 403 2xx 403 403"
const readsLetters = "401 2xx 2xx 2xx 2xx 2xx 2xx 2xx 403 2xx 403 403"
/** A list of readings is judged one by one: what cannot be reached is told, and nothing is stored. */
const ingestsMany = "401 nil nil 2xx nil 2xx 2xx 403 2xx 2xx 2xx nil"
/** For those who have the whole tenant. */
const managesAll = "401 2xx 403 403 403 403 2xx 403 403 2xx 403 403"

const readsMembers = "401 404 404 2xx 404 2xx 2xx 2xx 403 2xx 403 403"
/** Tariffs are the whole tenant's, and no device's. */
const readsTariffs = "401 2xx 2xx 2xx 2xx 2xx 2xx 2xx 403 2xx 403 403"
const readsTariff = "401 404 2xx 2xx 2xx 2xx 2xx 2xx 403 2xx 403 403"
const managesTariffs = "401 2xx 403 403 2xx 2xx 2xx 403 403 2xx 403 403"
const managesTariff = "401 404 403 403 2xx 2xx 2xx 403 403 2xx 403 403"
const administersNear = "401 404 403 403 403 403 2xx 403 403 403 403 403"

const at = "2026-06-01T10:00:00Z"
const empty = (scene: Scene) => ({ locations: scene.emptyLocationId })
const near = (scene: Scene) => scene.deviceOf("near", "meter")
const ofNear = (scene: Scene) => ({ deviceId: near(scene) })

/** Who may do what with locations, devices and what they say. */
export const energyTable: Readonly<Record<string, Row>> = {
  "GET /v1/locations": { outcomes: reads },
  "POST /v1/locations": { outcomes: managesAll },
  "GET /v1/locations/{id}": { outcomes: readsLocation },
  "PUT /v1/locations/{id}": { outcomes: managesNear },
  "DELETE /v1/locations/{id}": { outcomes: managesNear, things: empty },
  "GET /v1/locations/{id}/members": { outcomes: readsMembers },
  "PUT /v1/locations/{id}/members": {
    outcomes: administersNear,
    body: ({ member }) => ({ members: [member.userId] })
  },
  "GET /v1/locations/{locationId}/devices/tree": { outcomes: readsLocation },
  "GET /v1/locations/{locationId}/devices": { outcomes: readsLocation },
  "POST /v1/locations/{locationId}/devices": { outcomes: managesNear },
  "GET /v1/devices/{id}": { outcomes: readsDevice },
  "PUT /v1/devices/{id}": { outcomes: managesNear },
  "DELETE /v1/devices/{id}": { outcomes: managesNear },
  "GET /v1/devices/{id}/credentials": { outcomes: managesNear },
  "POST /v1/devices/{id}/credentials/rotate": { outcomes: managesNear },
  "GET /v1/devices/{id}/status-history": { outcomes: readsDevice },

  "POST /v1/devices/{id}/energy/readings": { outcomes: ingests, body: () => ({ at, powerW: 1 }) },
  "POST /v1/readings": {
    outcomes: ingestsMany,
    body: (scene) => [{ device: near(scene), at, powerW: 1 }],
    isNothing: (data) => JSON.stringify(data).includes('"accepted":0')
  },
  "GET /v1/devices/{id}/energy/readings": { outcomes: readsDevice },
  "GET /v1/devices/{id}/energy/readings/latest": { outcomes: readsDevice },
  "GET /v1/devices/{id}/energy/readings/revisions": { outcomes: readsDevice },
  "PUT /v1/devices/{id}/energy/readings": {
    outcomes: corrects,
    body: () => ({ reason: "because", readings: [{ at, powerW: 2 }] })
  },
  "DELETE /v1/devices/{id}/energy/readings": { outcomes: corrects },

  "GET /v1/devices/{id}/energy/usage": { outcomes: readsDevice },
  "GET /v1/devices/{id}/energy/usage/events": { outcomes: readsDevice },
  "GET /v1/locations/{locationId}/energy/consumption": { outcomes: readsLocation },
  "GET /v1/locations/{locationId}/energy/heatmap": { outcomes: readsLocation },
  "GET /v1/devices/{id}/channels/{channel}/rules": { outcomes: readsDevice },
  "PUT /v1/devices/{id}/channels/{channel}/rules": { outcomes: managesNear },

  "GET /v1/quarantine": { outcomes: reads },
  "GET /v1/quarantine + deviceId": { outcomes: readsDevice, query: ofNear },
  "POST /v1/quarantine/release": { outcomes: corrects, body: ofNear },
  "POST /v1/quarantine/drop": { outcomes: corrects, body: ofNear },
  "GET /v1/devices/{id}/clock": { outcomes: readsDevice },

  "GET /v1/tariffs": { outcomes: readsTariffs },
  "POST /v1/tariffs": { outcomes: managesTariffs, body: () => ({ definition: tariff }) },
  "POST /v1/tariffs/check": { outcomes: readsTariffs, body: () => ({ definition: tariff }) },
  "GET /v1/tariffs/{id}": { outcomes: readsTariff },
  "PUT /v1/tariffs/{id}": { outcomes: managesTariff, body: () => ({ definition: tariff }) },
  "DELETE /v1/tariffs/{id}": { outcomes: managesTariff },
  "GET /v1/locations/{id}/tariffs": { outcomes: readsMembers },
  "PUT /v1/locations/{id}/tariffs": { outcomes: managesNear, body: () => ({ assignments: [] }) },

  "POST /v1/ws/tickets": { outcomes: reads },
  "GET /v1/formats": { outcomes: known },
  "GET /v1/heard": { outcomes: reads },
  "GET /v1/bindings": { outcomes: reads },
  "GET /v1/bindings + deviceId": { outcomes: readsDevice, query: ofNear },
  "PUT /v1/bindings": { outcomes: managesNear },
  "DELETE /v1/bindings": { outcomes: manages },
  "GET /v1/dead-letters": { outcomes: readsLetters },
  "POST /v1/dead-letters/replay": { outcomes: manages, body: () => ({ ids: [] }) },
  "POST /v1/dead-letters/drop": { outcomes: manages, body: () => ({ ids: [] }) },
  "POST /v1/devices/{id}/commands": { outcomes: managesNear },

  "GET /health": { outcomes: open },
  "GET /health/live": { outcomes: open },
  "GET /health/ready": { outcomes: open }
}
