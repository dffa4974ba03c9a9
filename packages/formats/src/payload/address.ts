/** The fields of a query or of a form, the first of each name. */
export const fieldsOf = (text: string): ReadonlyMap<string, string> => {
  const fields = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) if (!fields.has(name)) fields.set(name, value)
  return fields
}

/** A topic of HTTP, which is a path with its query. */
export const addressOf = (topic: string): { readonly path: string; readonly query: string } => {
  const at = topic.indexOf("?")
  return at === -1 ? { path: topic, query: "" } : { path: topic.slice(0, at), query: topic.slice(at + 1) }
}
