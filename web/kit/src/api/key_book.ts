/**
 * A till's running numbers for Idempotency-Keys (`<till>-<n>`), and the one act that has no answer yet.
 *
 * Both outlive a reload, so that whoever presses Pay and loses the page is asked for under the same key afterwards.
 */
import type { Store } from '../store'
import type { Method } from './types'

/** An act on its way: what is sent again, unchanged, until an answer comes. */
export interface Act {
  method: Method
  /** The path's pattern as in the API's document. */
  path: string
  params: Record<string, string>
  body?: unknown
}

/** Who acts where. The same key from somebody else, or to a node whose log was begun anew, means another thing. */
export interface Standing {
  till: string
  staff: string
  branch: string
  incarnation: string
}

/** An act with its key. `begun`: ms since 1970. */
export interface Sent extends Standing {
  n: number
  begun: number
  act: Act
}

/** Names of what is never laid down, whatever becomes of the answer. */
const SECRET = new Set(['pin', 'old', 'new', 'password'])

/** Whether a body holds a PIN. */
export function holdsSecret(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, part]) => SECRET.has(name) || holdsSecret(part))
}

export class KeyBook {
  private last: number
  private open: Sent | null = null

  /** `used`: the highest number of the till that the node knows of (`Me.last_n`). */
  constructor(
    private readonly store: Store,
    readonly standing: Standing,
    used: number,
  ) {
    this.last = used
  }

  /** Give an act the next number. */
  number(act: Act, now: number): Sent {
    const kept = Number(this.store.get(this.place('n')))
    this.last = Math.max(this.last, Number.isSafeInteger(kept) ? kept : 0) + 1
    this.store.set(this.place('n'), String(this.last))
    return { ...this.standing, n: this.last, begun: now, act }
  }

  /** Give an act the next number, and lay it down before it is sent; without its body when that holds a PIN. */
  take(act: Act, now: number): Sent {
    const sent = this.number(act, now)
    this.open = sent
    const { body, ...bare } = act
    const laid = holdsSecret(body) ? { ...sent, act: bare, secret: true } : sent
    this.store.set(this.place('unanswered'), JSON.stringify(laid))
    return sent
  }

  /** The node says which number is its last; what was counted here is forgotten. */
  recount(used: number): void {
    this.last = used
    this.store.remove(this.place('n'))
  }

  /** The act has its answer. */
  settle(): void {
    this.open = null
    this.store.remove(this.place('unanswered'))
  }

  /** The act that had no answer when the page or the sign-in ended. `ask`: it can be asked for under its key. */
  unanswered(): { sent: Sent; ask: boolean } | null {
    if (this.open) return { sent: this.open, ask: true }
    const laid = read(this.store.get(this.place('unanswered')))
    if (!laid) return null
    const { till, staff, branch, incarnation } = this.standing
    const same = laid.till === till && laid.staff === staff && laid.branch === branch && laid.incarnation === incarnation
    return { sent: laid, ask: same && !laid.secret }
  }

  private place(name: string): string {
    return `till.${this.standing.till}.${name}`
  }
}

function read(text: string | null): (Sent & { secret?: boolean }) | null {
  try {
    const laid: unknown = JSON.parse(text ?? 'null')
    const whole = typeof laid === 'object' && laid !== null && 'n' in laid && 'act' in laid
    return whole ? (laid as Sent & { secret?: boolean }) : null
  } catch {
    return null
  }
}
