import { HttpApi, OpenApi } from "effect/http-api"
import { BindingsApi } from "./messages/BindingsApi.ts"
import { withConventions } from "./conventions/withConventions.ts"
import { CommandsApi } from "./messages/CommandsApi.ts"
import { DeadLettersApi } from "./messages/DeadLettersApi.ts"
import { DevicesApi } from "./registry/DevicesApi.ts"
import { FormatsApi } from "./messages/FormatsApi.ts"
import { HealthApi } from "./HealthApi.ts"
import { ApiKeysApi } from "./identity/ApiKeysApi.ts"
import { AuditApi } from "./identity/AuditApi.ts"
import { AuthApi } from "./identity/AuthApi.ts"
import { MeApi } from "./identity/MeApi.ts"
import { PersonalDataApi } from "./identity/PersonalDataApi.ts"
import { SessionsApi } from "./identity/SessionsApi.ts"
import { UsersApi } from "./identity/UsersApi.ts"
import { LiveApi } from "./LiveApi.ts"
import { LocationsApi } from "./registry/LocationsApi.ts"
import { QuarantineApi } from "./QuarantineApi.ts"
import { ReadingsApi } from "./ReadingsApi.ts"
import { TariffsApi } from "./registry/TariffsApi.ts"
import { RequestShape } from "./RequestShape.ts"
import { UsageApi } from "./UsageApi.ts"
import { JobsApi } from "./work/JobsApi.ts"
import { NotificationsApi } from "./work/NotificationsApi.ts"

/** The whole HTTP contract, version 1. */
export class Api extends HttpApi.make("wattkit")
  .add(LocationsApi, DevicesApi, TariffsApi, ReadingsApi, UsageApi, QuarantineApi, LiveApi)
  .add(FormatsApi, BindingsApi, DeadLettersApi, CommandsApi)
  .add(AuthApi, SessionsApi, MeApi, PersonalDataApi)
  .add(UsersApi, ApiKeysApi, AuditApi)
  .add(JobsApi, NotificationsApi)
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
