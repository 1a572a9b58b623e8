/** Tenders by the chain's own name for them, else by the words of the trade, else by their code. */
import { has, t } from './i18n'
import { externals } from './stores/setup'

const KNOWN = new Set(['cash', 'stored_value', 'points', 'uses', 'gift_card', 'wechat', 'alipay', 'card', 'unionpay'])

/** What people read of a part's reference: a slip's number, and not the id of a payment through a provider. */
export const slipOf = (ref: string): string => (/^[0-9a-f]{32}$/.test(ref) ? '' : ref)

/** What a tender is called on the screen. */
export function tenderName(tender: string): string {
  const own = externals.value.find((one) => one.code === tender)?.name
  const key = `pay.${tender}`
  return own || (KNOWN.has(tender) && has(key) ? t(key) : tender)
}
