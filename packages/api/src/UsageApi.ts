import {
  ChannelName,
  Confirmation,
  DeviceId,
  DeviceRole,
  InstantFromString,
  LocalDate,
  LocationId,
  MeterExchange,
  Period,
  Quality,
  UsageEvent,
  UsageRules,
  usualRules
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { Authorization } from "./Authorization.ts"
import { Envelope } from "./Envelope.ts"
import { NotFound, PayloadTooLarge, UnsupportedMediaType } from "./failures.ts"
import { pageQuery } from "./Page.ts"

const energy = {
  start: InstantFromString,
  end: InstantFromString,
  /** Null when nothing is known of it, which is not the same as none. */
  importedWh: Schema.NullOr(Schema.Finite),
  exportedWh: Schema.NullOr(Schema.Finite),
  /** How much of both was divided in proportion to time rather than measured inside. */
  estimatedWh: Schema.Finite,
  /** The share of the time that was really measured, from 0 to 1. */
  coverage: Schema.Finite,
  quality: Quality,
  /** What a register did that was no plain advance; `held` is not counted until it is confirmed. */
  events: Schema.Array(UsageEvent)
} as const

/** The energy of a channel over one cell of time, or of several devices together when it names none. */
export const UsageView = Schema.Struct({
  deviceId: Schema.optionalKey(DeviceId),
  channel: Schema.optionalKey(ChannelName),
  ...energy,
  /** The lowest and highest power that was read. */
  powerMinW: Schema.NullOr(Schema.Finite),
  powerMaxW: Schema.NullOr(Schema.Finite),
  readings: Schema.Int
}).annotate({ identifier: "Usage" })

/** The energy of one hour as the wall clock of the location shows it. */
export const HeatMapView = Schema.Struct({
  date: LocalDate.LocalDate,
  /** 0 to 23; the hour that is put back comes twice. */
  hour: Schema.Int,
  ...energy
}).annotate({ identifier: "HeatMapCell" })

/** The resolutions that can be asked for. */
export const AskedResolution = Schema.Literals([
  "auto",
  "15m",
  "1h",
  "1d",
  "1mo",
  "PT15M",
  "PT1H",
  "P1D",
  "P1M"
])

const time = {
  /** Of the location's calendar; `custom` and nothing mean `from` and `to`, and today without them. */
  period: Schema.optionalKey(Schema.Literals([...Period.PeriodName.literals, "custom"])),
  from: Schema.optionalKey(InstantFromString),
  /** Now when it is left out. */
  to: Schema.optionalKey(InstantFromString),
  /** `true` brings usage up to date first; otherwise `meta.lagMs` says how far it may be behind. */
  exact: Schema.optionalKey(Schema.Literals(["true", "false"]))
} as const

/** The query of every question about usage. */
export const usageQuery = {
  ...pageQuery,
  ...time,
  resolution: AskedResolution.pipe(Schema.withDecodingDefaultKey(Effect.succeed("auto" as const)))
} as const

const most = 1_000
const few = Schema.isMaxLength(most, { message: `must have at most ${most} entries` })

const rules = {
  ...UsageRules.fields,
  exchanges: Schema.Array(Schema.Struct({ ...MeterExchange.fields, at: InstantFromString })).check(few),
  confirmations: Schema.Array(Schema.Struct({ ...Confirmation.fields, at: InstantFromString })).check(few)
} as const

/** How the readings of a channel become usage. */
export const UsageRulesView = Schema.Struct(rules).annotate({ identifier: "UsageRules" })

/** Rules to set; what is left out is as usual. */
export const NewUsageRules = Schema.Struct({
  basis: rules.basis.pipe(Schema.withDecodingDefaultKey(Effect.succeed(usualRules.basis))),
  register: rules.register.pipe(Schema.withDecodingDefaultKey(Effect.succeed(usualRules.register))),
  modulusWh: rules.modulusWh.pipe(Schema.withDecodingDefaultKey(Effect.succeed(usualRules.modulusWh))),
  maxPowerW: rules.maxPowerW.pipe(Schema.withDecodingDefaultKey(Effect.succeed(usualRules.maxPowerW))),
  maxGapMs: rules.maxGapMs.pipe(Schema.withDecodingDefaultKey(Effect.succeed(usualRules.maxGapMs))),
  exchanges: rules.exchanges.pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  confirmations: rules.confirmations.pipe(Schema.withDecodingDefaultKey(Effect.succeed([])))
}).annotate({ identifier: "NewUsageRules" })

const channelParams = { id: DeviceId, channel: ChannelName } as const

/** Usage, as it follows from the readings stored. */
export class UsageApi extends HttpApiGroup.make("usage")
  .add(
    HttpApiEndpoint.get("ofDevice", "/v1/devices/:id/energy/usage", {
      params: { id: DeviceId },
      query: { ...usageQuery, channel: Schema.optionalKey(ChannelName) },
      success: Envelope(Schema.Array(UsageView)),
      error: NotFound
    }).annotate(OpenApi.Summary, "The usage of a device, channel by channel"),
    HttpApiEndpoint.get("events", "/v1/devices/:id/energy/usage/events", {
      params: { id: DeviceId },
      query: { ...pageQuery, ...time, channel: Schema.optionalKey(ChannelName) },
      success: Envelope(Schema.Array(UsageView)),
      error: NotFound
    }).annotate(OpenApi.Summary, "Quarter hours in which a register did something else than advance"),
    HttpApiEndpoint.get("ofLocation", "/v1/locations/:locationId/energy/consumption", {
      params: { locationId: LocationId },
      query: {
        ...usageQuery,
        /** `device` shows each channel of each device; `total` adds the devices of one role up. */
        groupBy: Schema.Literals(["total", "device"]).pipe(
          Schema.withDecodingDefaultKey(Effect.succeed("total" as const))
        ),
        /** Only devices of this role; a total is of the role `grid` unless said. */
        role: Schema.optionalKey(DeviceRole)
      },
      success: Envelope(Schema.Array(UsageView)),
      error: NotFound
    }).annotate(OpenApi.Summary, "The usage of a location, added up or device by device"),
    HttpApiEndpoint.get("heatMap", "/v1/locations/:locationId/energy/heatmap", {
      params: { locationId: LocationId },
      query: { ...time, role: Schema.optionalKey(DeviceRole) },
      success: Envelope(Schema.Array(HeatMapView)),
      error: NotFound
    }).annotate(OpenApi.Summary, "The usage of a location by hours of its wall clock"),
    HttpApiEndpoint.get("rules", "/v1/devices/:id/channels/:channel/rules", {
      params: channelParams,
      success: Envelope(UsageRulesView),
      error: NotFound
    }).annotate(OpenApi.Summary, "How the readings of a channel become usage"),
    HttpApiEndpoint.put("setRules", "/v1/devices/:id/channels/:channel/rules", {
      params: channelParams,
      payload: NewUsageRules,
      success: Envelope(UsageRulesView),
      error: [NotFound, PayloadTooLarge, UnsupportedMediaType]
    }).annotate(OpenApi.Summary, "Set the rules of a channel; all of its usage follows them")
  )
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error", errors: "all" })
  .middleware(Authorization)
  .annotate(OpenApi.Description, "The energy that devices used and gave, from the readings stored.") {}
