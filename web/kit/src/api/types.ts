/** The types of the API, read out of what is generated from docs/api/edge.openapi.json. */
import type { components, paths } from './edge.gen'

export type { components, paths }

/** One named schema of the API: `Schema<'Me'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

/** What went wrong, in the asker's language: what happened, what was kept, what to do next; `code` is stable. */
export type Problem = Required<Omit<Schema<'Problem'>, 'evidence'>> & { evidence: Record<string, unknown> }

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

type Op<P extends keyof paths, M extends Method> = Lowercase<M> extends keyof paths[P] ? paths[P][Lowercase<M>] : never

type Keyed = { parameters: { header: { 'Idempotency-Key': string } } }

/** The paths that have a method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: Op<P, M> extends { responses: unknown } ? P : never
}[keyof paths]

/** The paths whose method changes something and therefore takes an Idempotency-Key. */
export type KeyedPathOf<M extends Method> = { [P in keyof paths]: Op<P, M> extends Keyed ? P : never }[keyof paths]

type InPath<O> = O extends { parameters: { path: infer X } } ? { path: X } : { path?: undefined }
type InQuery<O> = O extends { parameters: { query: infer X } }
  ? { query: X }
  : O extends { parameters: { query?: infer X } }
    ? { query?: X }
    : { query?: undefined }
type InBody<O> = O extends { requestBody: { content: { 'application/json': infer X } } }
  ? { body: X }
  : { body?: undefined }

/** What a request takes: `path` and `query` parameters and the `body`, as far as it has them. */
export type Input<P extends keyof paths, M extends Method> = InPath<Op<P, M>> & InQuery<Op<P, M>> & InBody<Op<P, M>>

/** What a request answers when it succeeds. */
export type Answer<P extends keyof paths, M extends Method> =
  Op<P, M> extends { responses: { 200: { content: { 'application/json': infer X } } } } ? X : never

/** The last argument of a request: may be left out when nothing in it is needed. */
export type Args<P extends keyof paths, M extends Method> =
  {} extends Input<P, M> ? [input?: Input<P, M>] : [input: Input<P, M>]
