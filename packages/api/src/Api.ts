import { HttpApi, OpenApi } from "effect/http-api"
import { BindingsApi } from "./messages/BindingsApi.ts"
import { withConventions } from "./conventions/withConventions.ts"
import { CommandsApi } from "./messages/CommandsApi.ts"
import { DeadLettersApi } from "./messages/DeadLettersApi.ts"
import { DevicesApi } from "./DevicesApi.ts"
import { FormatsApi } from "./messages/FormatsApi.ts"
import { HealthApi } from "./HealthApi.ts"
import { LiveApi } from "./LiveApi.ts"
import { LocationsApi } from "./LocationsApi.ts"
import { QuarantineApi } from "./QuarantineApi.ts"
import { ReadingsApi } from "./ReadingsApi.ts"
import { RequestShape } from "./RequestShape.ts"
import { UsageApi } from "./UsageApi.ts"

/** The whole HTTP contract, version 1. */
export class Api extends HttpApi.make("wattkit")
  .add(LocationsApi, DevicesApi, ReadingsApi, UsageApi, QuarantineApi, LiveApi)
  .add(FormatsApi, BindingsApi, DeadLettersApi, CommandsApi)
  .add(HealthApi)
  .middleware(RequestShape)
  .annotateMerge(
    OpenApi.annotations({
      title: "wattkit",
      version: "1",
      description: "Meter readings in, money and decisions out.",
      license: { name: "MIT" },
      transform: (document) => withConventions(document as Parameters<typeof withConventions>[0])
    })
  ) {}
