/** A member's coupons, and some given by hand. */
import { t } from '../i18n'
import type { CouponsHeld } from '../types'
import { withApproval } from './approval'
import { api } from './node'
import { at, did } from './person'

/** What can be given: the template of a promotion that takes coupons, by the promotion's name. */
export interface Template {
  template: string
  name: string
}

const MEMBER_COUPONS = '/api/v1/members/{member}/coupons'

/** What the member shown holds and can use here. */
export async function coupons(): Promise<CouponsHeld[]> {
  return (await api.ask('GET', MEMBER_COUPONS, at())).coupons
}

/** The templates of the promotions in force, each once. */
export async function templates(): Promise<Template[]> {
  const { promotions } = await api.ask('GET', '/api/v1/reference/promotions')
  const found = new Map<string, string>()
  for (const row of promotions) if (row.active && row.coupon && !found.has(row.coupon)) found.set(row.coupon, row.name)
  return [...found].map(([template, name]) => ({ template, name }))
}

/** Give coupons, with a shift lead's approval. */
export async function giveCoupons(of: Template, count: number, reason: string): Promise<void> {
  await did(
    () => withApproval(t('coupon.give'), (approval) => api.act('POST', MEMBER_COUPONS, { ...at(), body: { approval, template: of.template, count, reason } })),
    t('coupon.given', { name: of.name, n: count }),
  )
}
