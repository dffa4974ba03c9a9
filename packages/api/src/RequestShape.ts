import { HttpApiMiddleware } from "effect/http-api"
import { ValidationError } from "./failures.ts"

/** Answers a request that does not fit the contract with field and reason instead of a bare 400. */
export class RequestShape extends HttpApiMiddleware.Service<RequestShape>()("@wattkit/api/RequestShape", {
  error: [ValidationError]
}) {}
