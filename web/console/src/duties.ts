/** What people may do; the words are head office's own (`head_office/duties.py`). */
import type { RouteLocationNormalized, RouteRecordRaw } from 'vue-router'
import type { User } from './session'

export const DUTIES = [
  'see',
  'branch',
  'members',
  'adjust',
  'settle',
  'approve',
  'goods',
  'branches',
  'people',
  'settings',
  'audit',
] as const
export type Duty = (typeof DUTIES)[number]

/** Whether somebody may do something. The office decides: this only hides what it would refuse. */
export function allows(user: User | null, duty?: Duty): boolean {
  if (!user) return false
  return !duty || (user.duties ?? []).includes(duty)
}

/** Whether somebody may open a page. */
export function opens(user: User | null, page: RouteRecordRaw | RouteLocationNormalized): boolean {
  return allows(user, page.meta?.duty)
}
