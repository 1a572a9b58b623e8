/**
 * The typed client of head office's API.
 *
 * Each request returns the answer's body or throws `Refused` or `Unreachable`. Nothing is sent twice by itself: a
 * person sees what became of it and decides.
 */
import createClient from 'openapi-fetch'
import type { components, paths } from './hq.gen'
import { readProblem, Refused, Unreachable } from './problem'
import type { Answered, ArgsOf, Loose, Method, Op, PathWith } from './shape'

/** An answer that takes longer never comes (ms): reports of a year take their time, longer work is a job. */
const ANSWER_MS = 30_000
/** A file may take longer on a slow line (ms). */
const FILE_MS = 300_000

export type OfficePaths = paths

/** One named schema of the office's API: `OfficeSchema<'User'>`. */
export type OfficeSchema<Name extends keyof components['schemas']> = components['schemas'][Name]

/** What a request to the office answers. */
export type OfficeAnswer<P extends keyof paths, M extends Method = 'GET'> = Answered<Op<paths, P, M>>

/** The paths of the office that have a method. */
export type OfficePath<M extends Method = 'GET'> = PathWith<paths, M>

export interface OfficeOptions {
  /** The language that refusals are told in. */
  language?: () => string
  /** The sign-in ended: somebody has to sign in again. */
  signedOut?: () => void
  fetch?: (request: Request) => Promise<Response>
}

/** A file as it came; `name`: what the office calls it. */
export interface OfficeFile {
  name: string
  data: Blob
}

export type Office = ReturnType<typeof createOffice>

/** Make the client of head office at `base`; "" is the one that the page came from. */
export function createOffice(base = '', options: OfficeOptions = {}) {
  const { language, signedOut } = options
  const client = createClient<paths>({ baseUrl: base, ...(options.fetch && { fetch: options.fetch }) })
  let token = ''

  client.use({
    onRequest({ request }) {
      if (token) request.headers.set('Authorization', `Bearer ${token}`)
      if (language) request.headers.set('Accept-Language', language())
      return request
    },
  })

  async function send(method: Method, path: string, input: Loose, ms = ANSWER_MS): Promise<Response> {
    const asked = token
    const init = {
      params: { path: input.path ?? {}, query: input.query ?? {} },
      body: input.body,
      parseAs: 'stream',
      signal: AbortSignal.timeout(ms),
    }
    // the types were checked where the caller wrote the request
    const call = client.request as unknown as (
      method: string,
      path: string,
      init: object,
    ) => Promise<{ error?: unknown; response: Response }>
    let result: Awaited<ReturnType<typeof call>>
    try {
      result = await call(method.toLowerCase(), path, init)
    } catch {
      throw new Unreachable()
    }
    const { response } = result
    if (response.ok) return response
    const problem = readProblem(typeof result.error === 'string' ? json(result.error) : result.error)
    if (!problem) throw new Unreachable()
    if (response.status === 401 && asked && asked === token && problem.code === 'signed_out') {
      token = ''
      signedOut?.()
    }
    throw new Refused(problem, response.status)
  }

  async function read(method: Method, path: string, input: Loose): Promise<unknown> {
    const response = await send(method, path, input)
    try {
      return await response.json()
    } catch {
      throw new Unreachable()
    }
  }

  return {
    /** Read something, or change it. */
    ask<M extends Method, P extends OfficePath<M>>(
      method: M,
      path: P,
      ...args: ArgsOf<Op<paths, P, M>>
    ): Promise<OfficeAnswer<P, M>> {
      return read(method, path, loose(args)) as Promise<OfficeAnswer<P, M>>
    },

    /** Ask what a component was told to ask: its user vouches for path, parameters and the answer's shape. */
    askAny: <T>(method: Method, path: string, input: Loose = {}): Promise<T> => read(method, path, input) as Promise<T>,

    /** Fetch a file. */
    async file(path: string, params: Record<string, string> = {}): Promise<OfficeFile> {
      const response = await send('GET', path, { path: params }, FILE_MS)
      const told = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')
      try {
        return { name: told?.[1] ?? 'file', data: await response.blob() }
      } catch {
        throw new Unreachable()
      }
    },

    /** Somebody is signed in. */
    begin(given: string): void {
      token = given
    },

    /** Nobody is signed in any more. */
    end(): void {
      token = ''
    },
  }
}

/** The input without its types, which were checked where it was written. */
function loose(args: readonly unknown[]): Loose {
  return (args[0] ?? {}) as Loose
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
