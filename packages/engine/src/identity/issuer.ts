import { Context } from "effect"

/** Who signs access tokens: the address of the installation, as others know it, where it has one. */
export const issuer = Context.Reference<string>("@wattkit/engine/issuer", { defaultValue: () => "wattkit" })
