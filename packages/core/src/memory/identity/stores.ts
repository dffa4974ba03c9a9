import * as Layer from "effect/Layer"
import * as ApiKeys from "./apiKeyStore.ts"
import * as Audit from "./auditStore.ts"
import * as Consents from "./consentStore.ts"
import * as KeptIdentity from "./KeptIdentity.ts"
import * as Memberships from "./membershipStore.ts"
import * as OneTimes from "./oneTimeStore.ts"
import * as PersonalData from "./personalData.ts"
import * as Sessions from "./sessionStore.ts"
import * as SigningKeys from "./signingKeyStore.ts"
import * as Users from "./userStore.ts"
import * as Jobs from "../work/jobStore.ts"
import * as Notifications from "../work/notificationStore.ts"

/** The stores of persons, what they may do and what they did, in memory. */
export const layer = PersonalData.layer.pipe(
  Layer.provideMerge(
    Layer.mergeAll(
      ApiKeys.layer,
      Users.layer,
      Memberships.layer,
      Sessions.layer,
      OneTimes.layer,
      SigningKeys.layer,
      Audit.layer,
      Consents.layer,
      Jobs.layer,
      Notifications.layer
    )
  ),
  Layer.provide(KeptIdentity.layer)
)
