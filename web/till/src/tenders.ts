/** Tenders by the words of the trade; a chain's own names stand for themselves. */
import { has, t } from './i18n'

/** What a tender is called on the screen. */
export function tenderName(tender: string): string {
  const key = `pay.${tender}`
  return KNOWN.has(tender) && has(key) ? t(key) : tender
}

const KNOWN = new Set(['cash', 'stored_value', 'points', 'wechat', 'alipay', 'card'])
