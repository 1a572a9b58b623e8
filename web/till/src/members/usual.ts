/** The usual reasons for an act on a member, for one touch. */
import { t } from '../i18n'

/** How many each act has in the messages. */
const MANY = { points: 3, undo: 3, transfer: 2, coupons: 3, freeze: 2 } as const

/** Those of an act, in the cashier's language. */
export function usual(act: keyof typeof MANY): string[] {
  return Array.from({ length: MANY[act] }, (_, place) => t(`why.${act}${place + 1}`))
}
