export * as Acl from "./acl.ts"
export type { Grant } from "./acl.ts"
export { type Broker, type BrokerState, makeBroker } from "./broker/Broker.ts"
export {
  type BrokerLimits,
  type BrokerOptions,
  type Incoming,
  type Login,
  type Outgoing,
  type Taken,
  usualLimits
} from "./broker/BrokerOptions.ts"
export * as Filter from "./topics/Filter.ts"
export * as Topic from "./topics/Topic.ts"
export { leastFilters } from "./subscriber/leastFilters.ts"
export { MqttError } from "./subscriber/MqttError.ts"
export { makeSubscriber, type Subscriber } from "./subscriber/Subscriber.ts"
export type {
  ProtocolChoice,
  SubscriberLimits,
  SubscriberOptions,
  Will
} from "./subscriber/SubscriberOptions.ts"
export type { SubscriberState, SubscriberStatus } from "./subscriber/SubscriberStatus.ts"
