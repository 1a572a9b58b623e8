/** Payment methods as one table, kept as four parameters that tills read. */
import type { Json } from './parameters'

/** The parameters that hold them. */
export const TENDERS = ['external_tenders', 'tender_names', 'payment_providers', 'payment_codes'] as const
/** The till's own methods: always there, with rules of their own. */
export const OWN = ['cash', 'stored_value', 'points', 'gift_card'] as const
const FORBIDDEN: ReadonlySet<string> = new Set([...OWN, 'uses'])
/** Codes for customer screens: two fit beside a total. */
const CODES = 2

/** One method. `name` "": the till's own word; `provider` "": paid beside the till; `pay`: a code that customers scan. */
export interface Tender {
  code: string
  name: string
  active: boolean
  provider: string
  pay: string
  fresh?: boolean
}

type Kept = Partial<Record<string, Json>>
const map = (value: Json | undefined) => (value ?? {}) as Record<string, string>

/** All methods: those that tills offer, in their order, then those that only old receipts name. */
export function read(kept: Kept): Tender[] {
  const offered = (kept['external_tenders'] ?? []) as string[]
  const names = map(kept['tender_names'])
  const providers = map(kept['payment_providers'])
  const codes = map(kept['payment_codes'])
  return [...new Set([...offered, ...Object.keys(names)])].map((code) => ({
    code,
    name: names[code] ?? '',
    active: offered.includes(code),
    provider: providers[code] ?? '',
    pay: codes[code] ?? '',
  }))
}

/** The four parameters as JSON text. What is offered no more keeps its name: old receipts bear its code. */
export function written(rows: Tender[]): Record<(typeof TENDERS)[number], string> {
  const pairs = (of: 'name' | 'provider' | 'pay', from: Tender[]) => JSON.stringify(Object.fromEntries(from.filter((row) => row[of].trim()).map((row) => [row.code.trim(), row[of].trim()])))
  const active = rows.filter((row) => row.active)
  const named = rows.map((row) => (row.active || row.name.trim() ? row : { ...row, name: row.code }))
  return {
    external_tenders: JSON.stringify(active.map((row) => row.code.trim())),
    tender_names: pairs('name', named),
    payment_providers: pairs('provider', active),
    payment_codes: pairs('pay', active),
  }
}

/** What is wrong with the table: the last part of a message's key, "" nothing. */
export function wrongIn(rows: Tender[]): '' | 'code' | 'own' | 'twice' | 'codes' {
  const codes = rows.map((row) => row.code.trim())
  if (codes.some((code) => !/^[^\s:]{1,32}$/.test(code))) return 'code'
  if (codes.some((code) => FORBIDDEN.has(code))) return 'own'
  if (new Set(codes).size !== codes.length) return 'twice'
  return rows.filter((row) => row.active && row.pay.trim()).length > CODES ? 'codes' : ''
}
