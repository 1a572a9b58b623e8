/** The two ways a request fails: the node said no, or nobody knows what it said. */
import type { Problem } from './types'

/** The node refused: nothing but what `problem.kept` says has happened. */
export class Refused extends Error {
  readonly problem: Problem
  readonly status: number

  constructor(problem: Problem, status: number) {
    super(problem.message)
    this.name = 'Refused'
    this.problem = problem
    this.status = status
  }
}

/** No answer came: the node is away or starts anew. Of an act this never reaches a screen: it is asked for again. */
export class Unreachable extends Error {
  constructor() {
    super('no answer')
    this.name = 'Unreachable'
  }
}

/** Read a refusal's body; null when it is not ours (a proxy's page, half an answer). */
export function readProblem(body: unknown): Problem | null {
  if (typeof body !== 'object' || body === null) return null
  const { code, message, kept, next, evidence } = body as Partial<Record<keyof Problem, unknown>>
  if (typeof code !== 'string' || typeof message !== 'string') return null
  return {
    code,
    message,
    kept: typeof kept === 'string' ? kept : '',
    next: typeof next === 'string' ? next : '',
    evidence: typeof evidence === 'object' && evidence !== null ? (evidence as Problem['evidence']) : {},
  }
}
