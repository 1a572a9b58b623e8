/** What a generated document says of a request: its paths, what it takes, what it answers. */

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One request of a document, by path and method. */
export type Op<Paths, P extends keyof Paths, M extends Method> =
  Lowercase<M> extends keyof Paths[P] ? Paths[P][Lowercase<M>] : never

/** The paths of a document that have a method. */
export type PathWith<Paths, M extends Method> = {
  [P in keyof Paths]: Op<Paths, P, M> extends { responses: unknown } ? P : never
}[keyof Paths]

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
// one request at a time: parts of many, multiplied with each other, are more types than a compiler holds
export type Taken<O> = O extends unknown ? InPath<O> & InQuery<O> & InBody<O> : never

type Json<X> = { content: { 'application/json': X } }

/** What a request answers when it succeeds. */
export type Answered<O> = O extends { responses: { 200: Json<infer X> } }
  ? X
  : O extends { responses: { 201: Json<infer X> } }
    ? X
    : never

/** The last argument of a request: may be left out when nothing in it is needed. */
export type ArgsOf<O> = {} extends Taken<O> ? [input?: Taken<O>] : [input: Taken<O>]

/** A request without its types, which were checked where it was written. */
export interface Loose {
  path?: Record<string, string>
  query?: Record<string, unknown>
  body?: unknown
}
