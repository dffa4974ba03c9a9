import type { Me } from "@wattkit/client"
import type { Viewer } from "../Views.ts"
import { keysPart } from "./KeysPart.ts"
import { namePart } from "./NamePart.ts"
import { passwordPart } from "./PasswordPart.ts"
import { privacyPart } from "./PrivacyPart.ts"
import { secondFactorPart } from "./SecondFactorPart.ts"
import { sessionsPart } from "./SessionsPart.ts"
import { tenantsPart } from "./TenantsPart.ts"

/** What the parts of the profile work with: whoever looks, who is a person. */
export interface Own extends Viewer {
  readonly me: Me
}

/** Shows somebody what is their own. */
export const open = async (page: HTMLElement, viewer: Viewer): Promise<void> => {
  const { client } = viewer.bearer
  const { signal } = viewer
  const [me, tenants] = await Promise.all([client.me.get({}, { signal }), client.me.tenants({}, { signal })])
  const own: Own = { ...viewer, me }
  const sessions = sessionsPart(own, tenants)
  page.replaceChildren(
    namePart(own),
    ...(tenants.length > 1 ? [tenantsPart(own, tenants)] : []),
    sessions.element,
    passwordPart(own, sessions.refresh),
    secondFactorPart(own),
    keysPart(own),
    privacyPart(own)
  )
}
