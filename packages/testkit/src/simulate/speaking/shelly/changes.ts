/** A component's status: what it measures, by name. */
export type Status = Readonly<Record<string, unknown>>

/** Leaves out of a status what is as it was sent before, as notifications do. */
export const makeChanges = (): ((status: Status) => Status | undefined) => {
  const sent = new Map<string, string>()
  return (status) => {
    const changed = Object.entries(status).filter(([name, value]) => sent.get(name) !== JSON.stringify(value))
    for (const [name, value] of changed) sent.set(name, JSON.stringify(value))
    return changed.length === 0 ? undefined : { id: 0, ...Object.fromEntries(changed) }
  }
}

/** A notification of a device: seconds with a fraction, and the components of which something changed. */
export const notification = (src: string, at: number, method: string, params: Status): object => ({
  src,
  dst: `${src}/events`,
  method,
  params: { ts: Math.round(at / 10) / 100, ...params }
})
