/**
 * The typed client of the edge node's API.
 *
 * `ask` reads (or does what needs no key), `act` changes something exactly once, `aside` at most once; all return the
 * answer's body or throw `Refused`; only `act` never throws `Unreachable`.
 */
import createClient from 'openapi-fetch'
import { type ShallowRef } from 'vue'
import { browserStore, type Store } from '../store'
import { Acts, type Asking, type Recovered } from './acts'
import { KeyBook, type Sent } from './key_book'
import { readProblem, Refused, Unreachable } from './problem'
import type { Loose } from './shape'
import type { Answer, Args, KeyedPathOf, Method, PathOf, paths, Schema } from './types'

/** An answer that takes longer never comes (ms); an act that waits for head office says `deadline_ms` itself. */
const ANSWER_MS = 10_000

export interface ApiOptions {
  /** The language that refusals are told in. */
  language?: () => string
  /** The sign-in ended: somebody has to sign in again. */
  signedOut?: () => void
  store?: Store
  fetch?: (request: Request) => Promise<Response>
  wait?: (ms: number) => Promise<void>
  now?: () => number
}

export type Api = ReturnType<typeof createApi>

const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))

/** Make the client of the node at `base`; "" is the node that the page came from. */
export function createApi(base = '', options: ApiOptions = {}) {
  const { language, signedOut, store = browserStore(), wait = sleep, now = Date.now } = options
  const client = createClient<paths>({ baseUrl: base, ...(options.fetch && { fetch: options.fetch }) })
  let token = ''

  client.use({
    onRequest({ request }) {
      if (token && !request.headers.has('Authorization')) request.headers.set('Authorization', `Bearer ${token}`)
      if (language) request.headers.set('Accept-Language', language())
      return request
    },
  })

  async function send(method: Method, path: string, input: Loose, key?: string): Promise<unknown> {
    const asked = token
    const deadline = (input.body as { deadline_ms?: number } | undefined)?.deadline_ms ?? 0
    const init = {
      params: { path: input.path ?? {}, query: input.query ?? {} },
      body: input.body,
      headers: key ? { 'Idempotency-Key': key } : {},
      parseAs: 'text',
      signal: AbortSignal.timeout(ANSWER_MS + deadline),
    }
    // the types were checked where the caller wrote the request
    const call = client.request as unknown as (
      method: string,
      path: string,
      init: object,
    ) => Promise<{ data?: unknown; error?: unknown; response: Response }>
    let result: Awaited<ReturnType<typeof call>>
    try {
      result = await call(method.toLowerCase(), path, init)
    } catch {
      throw new Unreachable()
    }
    const { response } = result
    if (response.ok) return json(result.data)
    const problem = readProblem(typeof result.error === 'string' ? json(result.error) : result.error)
    if (!problem) throw new Unreachable()
    if (response.status === 401 && problem.code === 'signed_out' && asked && asked === token) {
      token = ''
      signedOut?.()
    }
    throw new Refused(problem, response.status)
  }

  const acts = new Acts({
    send: ({ till, n, act }: Sent) => send(act.method, act.path, { path: act.params, body: act.body }, `${till}-${n}`),
    lastNumber: async () => ((await send('GET', '/api/v1/me', {})) as Schema<'Me'>).last_n,
    wait,
    now,
  })

  return {
    /** openapi-fetch's own methods, for whoever needs the response itself. */
    GET: client.GET,
    POST: client.POST,

    /** Read something, or do what takes no key. */
    ask<M extends Method, P extends PathOf<M>>(method: M, path: P, ...args: Args<P, M>): Promise<Answer<P, M>> {
      return send(method, path, loose(args)) as Promise<Answer<P, M>>
    },

    /** Change something, once; an answer that does not come is asked for under the same key until it does. */
    act<M extends Method, P extends KeyedPathOf<M>>(method: M, path: P, ...args: Args<P, M>): Promise<Answer<P, M>> {
      const { path: params = {}, body } = loose(args)
      return acts.do({ method, path, params, body }) as Promise<Answer<P, M>>
    },

    /** Ask for something that takes long and may come to nothing without harm: other acts go on meanwhile. */
    aside<M extends Method, P extends KeyedPathOf<M>>(method: M, path: P, ...args: Args<P, M>): Promise<Answer<P, M>> {
      const { path: params = {}, body } = loose(args)
      return acts.aside({ method, path, params, body }) as Promise<Answer<P, M>>
    },

    /** Somebody is signed in; then `recover` before anything else is done. */
    begin(given: string, me: Schema<'Me'>): void {
      token = given
      const { till, staff, branch, witness } = me
      acts.begin(new KeyBook(store, { till, staff, branch, incarnation: witness.incarnation }, me.last_n))
    },

    /** Nobody is signed in any more. */
    end(): void {
      token = ''
    },

    /** Find out what became of the act that a reload left without an answer; null when there is none. */
    recover: (): Promise<Recovered | null> => acts.recover(),

    /** The act that is being asked for again, for a calm word on the screen; null while all is well. */
    asking: acts.asking as Readonly<ShallowRef<Asking | null>>,
  }
}

/** The input without its types, which were checked where it was written. */
function loose(args: readonly unknown[]): Loose {
  return (args[0] ?? {}) as Loose
}

function json(text: unknown): unknown {
  try {
    return JSON.parse(String(text))
  } catch {
    throw new Unreachable()
  }
}
