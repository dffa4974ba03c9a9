import type { FormatSpec } from "../spec/FormatSpec.ts"
import { paths } from "./paths.ts"

/** How the messages of Victron's GX devices are read. */
export const spec: FormatSpec = {
  rules: [
    {
      says: "nothing",
      topics: ["N/{portal}/full_publish_completed", "N/{portal}/keepalive", "N/{portal}/heartbeat"],
      why: "says that the device is still there"
    },
    {
      says: "number",
      topics: ["N/{portal}/{service}/{instance}/{path...}"],
      where: { portal: "[A-Za-z0-9_-]+", instance: "[0-9]+" },
      subject: "{portal}/{service}/{instance}",
      at: "/value",
      name: "{service}/{path}"
    },
    {
      says: "nothing",
      topics: ["N/{portal}/{rest...}"],
      where: { portal: "[A-Za-z0-9_-]+" },
      why: "says nothing of energy"
    }
  ],
  names: paths
}
