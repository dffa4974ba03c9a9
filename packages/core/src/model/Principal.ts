import type { Scope } from "./ApiKey.ts"
import type { ApiKeyId, DeviceId, TenantId } from "./ids.ts"

/** Who asks: what a verified credential says of its bearer. */
export interface Principal {
  readonly tenantId: TenantId
  readonly keyId: ApiKeyId
  readonly scopes: ReadonlyArray<Scope>
  /** When set, the bearer is this device and reaches no other. */
  readonly deviceId: DeviceId | null
}
