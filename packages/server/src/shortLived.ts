import { setFlagsFromString } from "node:v8"

/**
 * Tells V8 that what a request needs lives for milliseconds.
 *
 * While the server warms up, requests take long enough for V8 to believe that their objects last, and to put
 * them where only a full collection looks. From there they keep alive whatever they point to: a fifth of the
 * processor's time went into moving it about.
 */
export const expectShortLives = (): void => setFlagsFromString("--no-allocation-site-pretenuring")
