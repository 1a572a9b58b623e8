/** The types of the API, read out of what is generated from docs/api/edge.openapi.json. */
import type { components, paths } from './edge.gen'
import type { Answered, ArgsOf, Method, Op, PathWith } from './shape'

export type { components, paths }
export type { Method } from './shape'

/** One named schema of the API: `Schema<'Me'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

/** What went wrong, in the asker's language: what happened, what was kept, what to do next; `code` is stable. */
export type Problem = Required<Omit<Schema<'Problem'>, 'evidence'>> & { evidence: Record<string, unknown> }

type Keyed = { parameters: { header: { 'Idempotency-Key': string } } }

/** The paths that have a method. */
export type PathOf<M extends Method> = PathWith<paths, M>

/** The paths whose method changes something and therefore takes an Idempotency-Key. */
export type KeyedPathOf<M extends Method> = {
  [P in keyof paths]: Op<paths, P, M> extends Keyed ? P : never
}[keyof paths]

/** What a request answers when it succeeds. */
export type Answer<P extends keyof paths, M extends Method> = Answered<Op<paths, P, M>>

/** The last argument of a request: may be left out when nothing in it is needed. */
export type Args<P extends keyof paths, M extends Method> = ArgsOf<Op<paths, P, M>>
