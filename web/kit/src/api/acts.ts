/**
 * Acts, one after the other, each done exactly once: an act without an answer is asked for again under the same key.
 *
 * Only the node knows whether an act was done. So an unanswered one is never given a new key, and nothing overtakes it;
 * `asking` tells the screen calmly that it is being asked for.
 */
import { shallowRef } from 'vue'
import type { Act, KeyBook, Sent } from './key_book'
import { Refused, Unreachable } from './problem'

/** An act is being asked for again. `since`: when its answer failed to come (ms); `times`: asked so far. */
export interface Asking {
  act: Act
  since: number
  times: number
}

/** What became of an act that a reload or a lost sign-in had left without an answer. */
export type Recovered =
  | { act: Act; outcome: 'done'; answer: unknown }
  | { act: Act; outcome: 'refused'; refusal: Refused }
  /** It can't be asked for (it held a PIN, or somebody else is signed in): look at what it was about. */
  | { act: Act; outcome: 'unknown' }

export interface Ports {
  send(sent: Sent): Promise<unknown>
  /** The highest number of the till that the node knows of. */
  lastNumber(): Promise<number>
  wait(ms: number): Promise<void>
  now(): number
}

/** Pauses before asking again (ms); the last one goes on: the node starts anew within seconds. */
const PAUSES = [300, 600, 1000, 2000]
/** How often a fault of the node's program is asked about again: what made it fail may pass, a bug does not. */
const FAULTS = 3
/** How often a number that another screen of the till was faster with is replaced. */
const NUMBERS = 3
/** Refusals of the key itself. */
const KEY_REFUSALS = new Set(['key_outdated', 'key_reused', 'key_too_far'])

/** The key of an act never sent before was refused: so it was not done, and another number may be tried. */
class NumberTaken extends Error {
  constructor(readonly refusal: Refused) {
    super('number taken')
  }
}

export class Acts {
  readonly asking = shallowRef<Asking | null>(null)
  private book: KeyBook | null = null
  private tail: Promise<unknown> = Promise.resolve()

  constructor(private readonly ports: Ports) {}

  /** Somebody signed in. */
  begin(book: KeyBook): void {
    const last = this.book?.standing
    // the same person again: what was asked for without an answer still has its body here
    if (!last || JSON.stringify(last) !== JSON.stringify(book.standing)) this.book = book
  }

  /** Do an act; throws `Refused`. Acts wait for those before them. */
  do(act: Act): Promise<unknown> {
    return this.queue(async (book) => {
      await this.resolve(book)
      for (let tries = 1; ; tries += 1) {
        try {
          return await this.settle(book, book.take(act, this.ports.now()), true)
        } catch (error) {
          if (!(error instanceof NumberTaken)) throw error
          if (tries > NUMBERS) throw error.refusal
          book.recount(await this.ports.lastNumber())
        }
      }
    })
  }

  /**
   * Do an act beside the others: they do not wait for its answer, and it is asked for once.
   *
   * For what takes long and may come to nothing without harm, such as a question to head office.
   */
  async aside(act: Act): Promise<unknown> {
    const book = this.book
    if (!book || this.asking.value) throw new Unreachable()
    return this.ports.send(book.number(act, this.ports.now()))
  }

  /** Find out what became of the act left without an answer; null when there is none. */
  recover(): Promise<Recovered | null> {
    return this.queue((book) => this.resolve(book))
  }

  private queue<T>(work: (book: KeyBook) => Promise<T>): Promise<T> {
    const book = this.book
    const done = this.tail.then(() => {
      // what one person began is never done in another's name
      if (!book || this.book !== book) throw new Unreachable()
      return work(book)
    })
    this.tail = done.catch(() => undefined)
    return done
  }

  private async resolve(book: KeyBook): Promise<Recovered | null> {
    const left = book.unanswered()
    if (!left) return null
    const { act } = left.sent
    if (!left.ask) {
      book.settle()
      return { act, outcome: 'unknown' }
    }
    try {
      return { act, outcome: 'done', answer: await this.settle(book, left.sent, false) }
    } catch (error) {
      if (!(error instanceof Refused) || error.status === 401) throw error
      return { act, outcome: 'refused', refusal: error }
    }
  }

  /** Send until an answer comes. `fresh`: nothing was ever sent under this number. */
  private async settle(book: KeyBook, sent: Sent, fresh: boolean): Promise<unknown> {
    const since = this.ports.now()
    let certain = fresh
    try {
      for (let times = 1; ; times += 1) {
        try {
          const answer = await this.ports.send(sent)
          book.settle()
          return answer
        } catch (error) {
          if (!again(error, times)) {
            // signed out in between: the answer is still owed, to the same person
            if (certain || !(error instanceof Refused) || error.status !== 401) book.settle()
            throw certain && keyRefused(error) ? new NumberTaken(error) : error
          }
          certain = false
          this.asking.value = { act: sent.act, since, times }
          await this.ports.wait(PAUSES[Math.min(times, PAUSES.length) - 1] ?? 0)
        }
      }
    } finally {
      this.asking.value = null
    }
  }
}

/** Whether it is to be asked for again: nobody answered, or the node's program had a fault. */
function again(error: unknown, times: number): boolean {
  return error instanceof Unreachable || (error instanceof Refused && error.status >= 500 && times <= FAULTS)
}

function keyRefused(error: unknown): error is Refused {
  return error instanceof Refused && KEY_REFUSALS.has(error.problem.code)
}
