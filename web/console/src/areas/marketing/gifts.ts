/** Gifts for points, kept as a parameter that tills read. */
import type { Json } from '../organisation/parameters'

/** Of the parameter's form: gifts of one list, characters of a name, points of one gift. */
export const GIFTS_MAX = 100
export const NAME_MAX = 40
export const POINTS_MAX = 10_000_000_000

/** One gift. `item`: the product handed over, "" none of the catalogue; `fresh`: not saved yet. */
export interface Gift {
  code: string
  name: string
  points: number | undefined
  item: string
  active: boolean
  first_day: string
  last_day: string
  fresh?: boolean
}

type Kept = { code: string; name: string; points: number; item?: string; off?: boolean; first_day?: string; last_day?: string }

/** The gifts that a value holds. */
export const read = (value: Json): Gift[] =>
  ((value ?? []) as unknown as Kept[]).map(({ code, name, points, item = '', off = false, first_day = '', last_day = '' }) => ({ code, name, points, item, active: !off, first_day, last_day }))

/** The value as JSON text; what is as it is anyway is left out, as tills of before know it. */
export function written(rows: Gift[]): string {
  return JSON.stringify(
    rows.map(({ code, name, points, item, active, first_day, last_day }) => ({
      code: code.trim(),
      name: name.trim(),
      points: points ?? 0,
      item,
      ...(!active && { off: true }),
      ...(first_day && { first_day }),
      ...(last_day && { last_day }),
    })),
  )
}

/** What is wrong with the list: the last part of a message's key, "" nothing. */
export function wrongIn(rows: Gift[]): '' | 'code' | 'twice' | 'name' | 'points' | 'days' {
  const codes = rows.map(({ code }) => code.trim())
  if (codes.some((code) => !/^\S{1,32}$/.test(code))) return 'code'
  if (new Set(codes).size !== codes.length) return 'twice'
  if (rows.some(({ name }) => !name.trim())) return 'name'
  if (rows.some(({ points }) => !points)) return 'points'
  return rows.some(({ first_day, last_day }) => last_day && last_day < first_day) ? 'days' : ''
}

/** How a gift stands on a day. */
export function stateOn({ active, first_day, last_day }: Gift, day: string): 'now' | 'future' | 'past' | 'off' {
  if (!active) return 'off'
  if (last_day && last_day < day) return 'past'
  return first_day > day ? 'future' : 'now'
}
