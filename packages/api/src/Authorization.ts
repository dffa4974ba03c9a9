import type { Principal } from "@wattkit/core"
import * as Context from "effect/Context"
import { HttpApiMiddleware, HttpApiSecurity } from "effect/http-api"
import { Forbidden, Internal, Unauthorized, Unavailable } from "./failures.ts"

/** Who asks, once the credential of the request is verified. */
export class CurrentPrincipal extends Context.Service<CurrentPrincipal, Principal>()(
  "@wattkit/api/CurrentPrincipal"
) {}

/** Verifies the `Authorization: Bearer wk_…` of a request. */
export class Authorization extends HttpApiMiddleware.Service<Authorization, { provides: CurrentPrincipal }>()(
  "@wattkit/api/Authorization",
  {
    requiredForClient: true,
    security: { bearer: HttpApiSecurity.bearer },
    error: [Unauthorized, Forbidden, Internal, Unavailable]
  }
) {}
