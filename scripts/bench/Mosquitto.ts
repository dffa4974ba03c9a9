// The mosquitto that tests use, for benches of other packages than the one whose tests start it.
export { programOf } from "../../packages/transport-mqtt/test/Mosquitto.ts"
export {
  type OpenMosquitto,
  startOpenMosquitto
} from "../../packages/transport-mqtt/test/subscriberMosquitto.ts"
