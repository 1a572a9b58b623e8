/** A head office that answers what a test tells it to, in place of the network. */
import { vi } from 'vitest'

/** What was asked; `body`: as JSON. */
export interface Asked {
  method: string
  path: string
  token: string | null
  body: unknown
}

type Answers = (asked: Asked) => unknown

/** An answer that is a refusal. */
export class Refusal {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {}
}

/** Stand in for the office: `answers` is asked for each request and returns a body, a `Refusal`, or a `Response`. */
export function office(answers: Answers): Asked[] {
  const all: Asked[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname, search } = new URL(request.url)
    const text = await request.text()
    const asked = { method: request.method, path: pathname + search, token: request.headers.get('Authorization'), body: text ? JSON.parse(text) : undefined }
    all.push(asked)
    const answer = await answers(asked)
    if (answer instanceof Response) return answer
    if (answer instanceof Refusal) return Response.json({ code: answer.code, message: answer.code, kept: '', next: '', evidence: {} }, { status: answer.status })
    return Response.json(answer)
  })
  return all
}

/** A user of the office. */
export const USER = { name: 'wangfang', display: '王芳', role: 'manager', active: true, must_change: false, branch: '', duties: ['see', 'branch', 'people', 'audit'] }
