/** What may be written about a member, and what is wrong with what was typed. The node checks again. */
import type { components, Problem } from '@stayopen/kit'

/** A field that the chain added; it is kept under `x_<name>`. */
export type CustomField = components['schemas']['TillField']

export const GENDERS = ['f', 'm'] as const

/** What a till may always write beside name and phone, in the order of the form. */
export const MORE_FIELDS = ['gender', 'birthday', 'email', 'address', 'tags', 'note'] as const

/** Bounds of the node. */
const NAME_MAX = 40
const VALUE_MAX = 200
const CARD_MAX = 32
const PHONE_DIGITS = [5, 15] as const
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** What is wrong with a field, a message's key; '' nothing. */
export function problemOf(field: string, value: string, custom?: CustomField): string {
  const text = value.trim()
  if (field === 'name') return text ? (text.length > NAME_MAX ? 'member.nameLong' : '') : 'member.nameNeeded'
  if (custom?.required && !text) return 'member.fieldNeeded'
  if (!text || field === 'photo') return ''
  if (field === 'phone') return isPhone(text) ? '' : 'member.phoneBad'
  if (field === 'card') return isCard(text) ? '' : 'member.cardBad'
  if (text.length > VALUE_MAX) return 'member.tooLong'
  if (field === 'birthday') return isDay(text, true) ? '' : 'member.birthdayBad'
  if (field === 'email') return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? '' : 'member.emailBad'
  if (custom?.kind === 'number') return /^-?\d{1,12}(\.\d{1,3})?$/.test(text) ? '' : 'member.numberBad'
  if (custom?.kind === 'date') return isDay(text, false) ? '' : 'member.dateBad'
  return ''
}

/** Half-width digits and letters: an input method that is on types them wide. */
function narrow(text: string): string {
  return text.normalize('NFKC')
}

/** A phone number as the node takes it: 5 to 15 digits, with blanks, hyphens, brackets and a leading plus. */
export function isPhone(text: string): boolean {
  const digits = narrow(text).replace(/[ ()\u2010\u2011\u2013-]/g, '').replace(/^\+/, '')
  return /^\d+$/.test(digits) && digits.length >= PHONE_DIGITS[0] && digits.length <= PHONE_DIGITS[1] + 4
}

/** A card's number as the node takes it: letters, digits, hyphens. */
export function isCard(text: string): boolean {
  const card = narrow(text).replace(/\s/g, '')
  return card.length <= CARD_MAX && /^[A-Za-z0-9_-]*[A-Za-z0-9][A-Za-z0-9_-]*$/.test(card)
}

/** A date that exists, YYYY-MM-DD; a birthday may be without its year. */
export function isDay(text: string, yearless: boolean): boolean {
  const found = /^(?:(\d{4})-)?(\d{2})-(\d{2})$/.exec(text)
  if (!found || (!found[1] && !yearless)) return false
  const [year, month, day] = [Number(found[1] ?? 2000), Number(found[2]), Number(found[3])]
  if (day < 1 || day > (DAYS[month - 1] ?? 0)) return false
  return month !== 2 || day < 29 || new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1
}

/** A date as it is typed in haste (19900806, 1990/8/6, 1990.8.6, 0806) the way it is kept; other texts stay as they are. */
export function tidyDay(text: string): string {
  const plain = narrow(text).trim()
  const two = (part: string): string => part.padStart(2, '0')
  const parts = /^(?:(\d{4})[-/.\u5e74])?(\d{1,2})[-/.\u6708](\d{1,2})\u65e5?$/.exec(plain) ?? /^(\d{4})?(\d{2})(\d{2})$/.exec(plain)
  if (!parts) return plain
  const day = `${two(parts[2] ?? '')}-${two(parts[3] ?? '')}`
  return parts[1] ? `${parts[1]}-${day}` : day
}

/** At which field a refusal belongs; '' at none. */
export function fieldOf(problem: Pick<Problem, 'code' | 'evidence'>): string {
  const named = problem.evidence['field']
  return REFUSALS[problem.code] ?? (typeof named === 'string' ? named : '')
}

const REFUSALS: Record<string, string> = { phone_taken: 'phone', bad_phone: 'phone', card_taken: 'card', bad_card: 'card', card_lost: 'card', bad_photo: 'photo' }
