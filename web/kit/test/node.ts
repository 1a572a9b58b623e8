/** A node for the tests of the client: it answers from a script and keeps what it was asked. */
import { createApi, memoryStore, type Api, type Schema, type Store } from '../src'

export interface Asked {
  method: string
  path: string
  key: string | null
  token: string | null
  language: string | null
  body: unknown
}

/** An answer: a status with a body, or none. */
export type Reply = [status: number, body: unknown] | 'silence'

export const ME: Schema<'Me'> = {
  staff: '1001',
  name: '李芳',
  roles: ['cashier'],
  must_change_pin: false,
  till: 't1',
  branch: 'b001',
  standalone: false,
  last_n: 0,
  witness: { incarnation: '11'.repeat(16), seq: 1, hash: '22'.repeat(32) },
}

export const refusal = (code: string, evidence = {}) => ({ code, message: '没有完成', kept: '都还在', next: '请重试', evidence })

/** A client at a scripted node; `pauses` are the times that it waited. */
export class Node {
  readonly asked: Asked[] = []
  readonly pauses: number[] = []
  readonly script: Reply[] = []
  signedOut = 0
  time = 1_763_800_000_000
  readonly api: Api

  constructor(readonly store: Store = memoryStore()) {
    this.api = createApi('http://node.test', {
      store,
      language: () => 'zh-TW',
      signedOut: () => (this.signedOut += 1),
      now: () => this.time,
      wait: (ms) => {
        this.time += ms
        this.pauses.push(ms)
        // with nothing more to say the node stays away for good
        return this.script.length ? Promise.resolve() : new Promise(() => {})
      },
      fetch: (request) => this.answer(request),
    })
  }

  /** Sign in as `me` at once. */
  begin(me: Partial<Schema<'Me'>> = {}): void {
    this.api.begin('token', { ...ME, ...me })
  }

  keys(): (string | null)[] {
    return this.asked.map((asked) => asked.key)
  }

  private async answer(request: Request): Promise<Response> {
    const text = await request.text()
    this.asked.push({
      method: request.method,
      path: new URL(request.url).pathname + new URL(request.url).search,
      key: request.headers.get('Idempotency-Key'),
      token: request.headers.get('Authorization'),
      language: request.headers.get('Accept-Language'),
      body: text ? JSON.parse(text) : undefined,
    })
    const reply = this.script.shift()
    if (reply === undefined || reply === 'silence') throw new TypeError('Failed to fetch')
    const [status, body] = reply
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status })
  }
}
