/** What a page of ours may do in a browser: scripts, styles, fonts and connections of this server only. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  // Inline styles draw charts and reach no script.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'"
].join("; ")

const dataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"

/** The headers every answer carries, whatever it is about. */
export const securityHeaders = (contentType: string | undefined): Readonly<Record<string, string>> => ({
  "content-security-policy": contentType?.startsWith("text/html") === true ? pagePolicy : dataPolicy,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin"
})
