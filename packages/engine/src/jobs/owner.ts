import { bearerName, type Job, type JobQuery, type Principal } from "@wattkit/core"
import { isAdministrator } from "../members/rights.ts"

/** Whose a job is that somebody submits: a person's, also when it is one of their keys that asks. */
export const ownerOf = ({ by }: Principal): Pick<Job, "userId" | "by"> => ({
  userId: by.kind === "user" ? by.id : by.userId,
  by: bearerName(by)
})

/** Which jobs of the tenant somebody is shown: all of them who administers it, else their own. */
export const shownTo = (principal: Principal): Pick<JobQuery, "userId" | "by"> => {
  if (isAdministrator(principal)) return {}
  const { by, userId } = ownerOf(principal)
  return userId === null ? { by } : { userId }
}

/** Whether a job is somebody's own. */
export const isOwn = (principal: Principal, job: Job): boolean => {
  const { by, userId } = ownerOf(principal)
  return job.tenantId === principal.tenantId && (userId === null ? job.by === by : job.userId === userId)
}

/** Whether somebody is shown a job. */
export const isShownTo = (principal: Principal, job: Job): boolean =>
  isOwn(principal, job) || (job.tenantId === principal.tenantId && isAdministrator(principal))
