/** What is given out here begins in one of these ways. */
const secrets = /(?:wk_[a-z]+_|eyJ)[A-Za-z0-9_.-]{20,}/g

/**
 * The path without the query, which is nobody's business in a log, without the token that clients of
 * ThingsBoard put into it, and without a credential that somebody pasted where an id belongs.
 */
export const pathOf = (url: string): string =>
  (url.split(/[?#]/, 1)[0] ?? url)
    .replace(/^\/api\/v1\/[^/]+\/(?=telemetry|attributes)/, "/api/v1/:token/")
    .replace(secrets, ":secret")
