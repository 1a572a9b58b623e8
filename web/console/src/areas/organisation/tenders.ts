/** Payment methods as one table, kept as parameters that tills read. */
import type { Json } from './parameters'

/** The parameters that hold them. */
export const TENDERS = ['external_tenders', 'tender_names', 'payment_providers', 'payment_codes', 'tender_references', 'drawer_tenders'] as const
/** The till's own methods: always there, with rules of their own. */
export const OWN = ['cash', 'stored_value', 'points', 'gift_card'] as const
const FORBIDDEN: ReadonlySet<string> = new Set([...OWN, 'uses'])
/** Codes for customer screens: two fit beside a total. */
const CODES = 2

/** The longest reference that tills take. */
export const REFERENCE_MAX = 32

/**
 * One method. `name` "": the till's own word; `provider` "": paid beside the till; `pay`: a code that customers scan.
 *
 * `reference`: fewest characters of a reference that cashiers type (0: none); a provider has its own. `drawer`: opens it, as cash does.
 */
export interface Tender {
  code: string
  name: string
  active: boolean
  provider: string
  pay: string
  reference: number
  drawer: boolean
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
  const references = (kept['tender_references'] ?? {}) as Record<string, number>
  const drawers = (kept['drawer_tenders'] ?? []) as string[]
  return [...new Set([...offered, ...Object.keys(names)])].map((code) => ({
    code,
    name: names[code] ?? '',
    active: offered.includes(code),
    provider: providers[code] ?? '',
    pay: codes[code] ?? '',
    reference: references[code] ?? 0,
    drawer: drawers.includes(code),
  }))
}

/** The parameters as JSON text. What is offered no more keeps its name: old receipts bear its code. */
export function written(rows: Tender[]): Record<(typeof TENDERS)[number], string> {
  const pairs = (of: 'name' | 'provider' | 'pay', from: Tender[]) => JSON.stringify(Object.fromEntries(from.filter((row) => row[of].trim()).map((row) => [row.code.trim(), row[of].trim()])))
  const active = rows.filter((row) => row.active)
  const named = rows.map((row) => (row.active || row.name.trim() ? row : { ...row, name: row.code }))
  return {
    external_tenders: JSON.stringify(active.map((row) => row.code.trim())),
    tender_names: pairs('name', named),
    payment_providers: pairs('provider', active),
    payment_codes: pairs('pay', active),
    tender_references: JSON.stringify(Object.fromEntries(active.filter((row) => row.reference && !row.provider).map((row) => [row.code.trim(), row.reference]))),
    drawer_tenders: JSON.stringify(active.filter((row) => row.drawer).map((row) => row.code.trim())),
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
