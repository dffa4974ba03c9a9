/**
 * A topic with what a meter's credential and a program's may do with it, known without the code under test.
 */
export interface Expected {
  readonly topic: string
  readonly device: { readonly publish: boolean; readonly subscribe: boolean }
  readonly program: { readonly publish: boolean; readonly subscribe: boolean }
}

/** The device whose credential is meant. */
export const ownDevice = "meter-1"

const both = (publish: boolean, subscribe: boolean) => ({ publish, subscribe })

/** Rows of the table by kind: how a topic is made, and what is expected of it. */
const kinds: ReadonlyArray<(i: number) => Expected> = [
  (i) => {
    const kind = ["readings", "status", "responses"][i % 3] ?? "readings"
    return { topic: `devices/${ownDevice}/${kind}`, device: both(true, false), program: both(true, true) }
  },
  () => ({
    topic: `devices/${ownDevice}/commands`,
    device: both(false, true),
    program: both(false, true)
  }),
  (i) => {
    const kind = ["readings", "status", "responses"][i % 3] ?? "readings"
    return { topic: `devices/other-${i}/${kind}`, device: both(false, false), program: both(true, true) }
  },
  (i) => ({
    topic: `devices/other-${i}/commands`,
    device: both(false, false),
    program: both(false, true)
  }),
  // A device whose name begins with the own one's, and levels too many or too few.
  (i) => ({
    topic: `devices/${ownDevice}${i}/readings`,
    device: both(false, false),
    program: both(true, true)
  }),
  (i) => ({
    topic: `devices/${ownDevice}/readings/${i}`,
    device: both(false, false),
    program: both(false, true)
  }),
  (i) => ({
    topic:
      ["devices", "devices/", `devices//readings`, `devices/${ownDevice}`, `devices/a b/readings`][i % 5] ??
      "",
    device: both(false, false),
    program: both(false, true)
  }),
  (i) => ({
    topic: [`tele/plug-${i}/SENSOR`, `shellies/em-${i}/emeter/0/power`, `zigbee2mqtt/${i}`][i % 3] ?? "",
    device: both(true, false),
    program: both(true, true)
  }),
  (i) => ({
    topic: `green-energy/roof-${i}/generation`,
    device: both(false, false),
    program: both(true, true)
  }),
  (i) => ({
    topic: [`$SYS/broker/${i}`, `$share/x/devices/${ownDevice}/readings`, "$"][i % 3] ?? "",
    device: both(false, false),
    program: both(false, i % 3 === 1)
  })
]

/** So many topics with what is expected of each. */
export const generatedTopics = (count: number): ReadonlyArray<Expected> =>
  Array.from({ length: count }, (_, i) => {
    const make = kinds[i % kinds.length]
    if (make === undefined) throw new Error("there are kinds")
    return make(Math.floor(i / kinds.length))
  })
