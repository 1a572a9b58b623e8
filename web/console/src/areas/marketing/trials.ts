/** What trials answer: the results of jobs, which the office's description leaves open (hq_server/web/office/trials.py). */
export interface DryRunResult {
  sales: number
  touched: number
  saved: number
  less: number
  before: number
  left_out: number
  all: boolean
  days: { day: string; sales: number; touched: number; less: number }[]
  sample: {
    saved: number
    sale: string
    number: string
    day: string
    branch: string
    before: number
    after: number
    lines: { name: string; milli_qty: number; before: number; after: number }[]
  }[]
}

export interface TierMovesResult {
  looked_at: number
  stay: number
  moves: {
    before: string
    after: string
    change: string
    members: number
    sample: { member: string; name: string; since: string; reason: string; spent: number; topped_up: number }[]
  }[]
  now: Record<string, number>
  then: Record<string, number>
}
