/**
 * The path without the query, which is nobody's business in a log, and without the token that clients of
 * ThingsBoard put into it.
 */
export const pathOf = (url: string): string =>
  (url.split(/[?#]/, 1)[0] ?? url).replace(/^\/api\/v1\/[^/]+\/(?=telemetry|attributes)/, "/api/v1/:token/")
