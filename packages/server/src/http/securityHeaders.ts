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

/** What an answer is made of, as far as its headers depend on it. */
interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
}

/**
 * The policy for what the answer carries. "Not modified" carries nothing: its headers replace those of the
 * page the browser kept, so a policy of its own would take the page's scripts away.
 */
const policyOf = ({ headers, status }: Answer): Readonly<Record<string, string>> => {
  if (status === 304) return {}
  const isPage = headers["content-type"]?.startsWith("text/html") === true
  return { "content-security-policy": isPage ? pagePolicy : dataPolicy }
}

/** The headers every answer carries, whatever it is about. */
export const securityHeaders = (answer: Answer): Readonly<Record<string, string>> => ({
  ...policyOf(answer),
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin"
})
