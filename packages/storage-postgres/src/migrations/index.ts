import { registry } from "./0001_registry.ts"
import { readings } from "./0002_readings.ts"
import { channels } from "./0003_channels.ts"
import { messages } from "./0004_messages.ts"
import { identity } from "./0005_identity.ts"
import { requests } from "./0006_requests.ts"
import { access } from "./0007_access.ts"
import { rowSecurity } from "./0008_row_security.ts"
import { work } from "./0009_jobs.ts"

/** Every migration by number and name. A number that was released is never changed, only followed. */
export const migrations = {
  "0001_registry": registry,
  "0002_readings": readings,
  "0003_channels": channels,
  "0004_messages": messages,
  "0005_identity": identity,
  "0006_requests": requests,
  "0007_access": access,
  "0008_row_security": rowSecurity,
  "0009_jobs": work
}
