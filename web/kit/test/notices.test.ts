import { effectScope } from 'vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createNotices, useNotices, type Notices } from '../src'

/** A socket whose other end is the test. */
class Line {
  readonly sent: string[] = []
  closed = false
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null

  constructor(readonly url: string) {}

  send(text: string): void {
    this.sent.push(text)
  }

  close(): void {
    this.closed = true
  }

  say(kind: string, data = {}): void {
    this.onmessage?.({ data: JSON.stringify({ kind, data }) })
  }
}

let lines: Line[]
let waiting: { work: () => void; ms: number; stopped: boolean }[]
let notices: Notices
let heard: string[]

/** The newest connection. */
const line = () => lines.at(-1) as Line

beforeEach(() => {
  lines = []
  waiting = []
  heard = []
  notices = createNotices('https://node.test:8443', {
    open: (url) => lines[lines.push(new Line(url)) - 1] as unknown as WebSocket,
    later: (work, ms) => {
      const one = { work, ms, stopped: false }
      waiting.push(one)
      return () => (one.stopped = true)
    },
    random: () => 0.5,
  })
  for (const kind of ['basket', 'refresh', 'signed_out']) notices.on(kind, (notice) => heard.push(notice.kind))
})

describe('notices', () => {
  it('sign in with the first message', () => {
    notices.connect('secret')
    expect(line().url).toBe('wss://node.test:8443/api/v1/notices')
    expect(line().url).not.toContain('secret')
    line().onopen?.()
    expect(line().sent).toEqual(['{"token":"secret"}'])
  })

  it('begin with reading everything anew, also when some were missed', () => {
    notices.connect('secret')
    expect(notices.connected.value).toBe(false)
    line().say('hello')
    expect(notices.connected.value).toBe(true)
    line().say('basket', { basket: 'ab' })
    line().say('missed', { count: 7 })
    expect(heard).toEqual(['refresh', 'basket', 'refresh'])
  })

  it('reach whoever listens to their kind, with their data, until they stop', () => {
    const seen: unknown[] = []
    const off = notices.on('member', (notice) => seen.push(notice.data))
    notices.connect('secret')
    line().say('member', { member: 'cd' })
    off()
    line().say('member', { member: 'ef' })
    expect(seen).toEqual([{ member: 'cd' }])
  })

  it('connect again with growing pauses, and at once readily after a good time', () => {
    notices.connect('secret')
    for (let i = 0; i < 5; i += 1) {
      line().onclose?.({ code: 1006 })
      waiting.at(-1)?.work()
    }
    expect(waiting.map((one) => one.ms)).toEqual([300, 1000, 2000, 5000, 5000])
    line().say('hello')
    line().onclose?.({ code: 1001 })
    expect(waiting.at(-1)?.ms).toBe(300)
    expect(notices.connected.value).toBe(false)
    waiting.at(-1)?.work()
    line().onopen?.()
    expect(line().sent).toEqual(['{"token":"secret"}'])
  })

  it('are patient when too many screens listen', () => {
    notices.connect('secret')
    line().onclose?.({ code: 4429 })
    expect(waiting.map((one) => one.ms)).toEqual([30_000])
  })

  it('say that the sign-in ended, and do not knock again', () => {
    notices.connect('secret')
    line().onclose?.({ code: 4401 })
    expect(heard).toEqual(['signed_out'])
    expect(waiting).toEqual([])
  })

  it('end when nobody wants them any more', () => {
    notices.connect('secret')
    line().onclose?.({ code: 1006 })
    notices.disconnect()
    expect(waiting[0]?.stopped).toBe(true)
    notices.connect('secret')
    const ended = line()
    notices.disconnect()
    expect(ended.closed).toBe(true)
    ended.say('basket')
    ended.onclose?.({ code: 1000 })
    expect(heard).toEqual([])
    expect(waiting).toHaveLength(1)
  })

  it('come from one connection only, of whoever signed in last', () => {
    notices.connect('first')
    const first = line()
    notices.connect('second')
    first.onclose?.({ code: 4401 })
    line().say('hello')
    expect(first.closed).toBe(true)
    expect(heard).toEqual(['refresh'])
    expect(notices.connected.value).toBe(true)
  })

  it('ignore what is none', () => {
    notices.connect('secret')
    for (const data of ['', 'null', '[]', '7', '{"kind":7}', '{"kind":', '{}']) line().onmessage?.({ data })
    expect(heard).toEqual([])
  })

  it('of a component end with it, and the page goes on hearing', () => {
    vi.stubGlobal('location', { href: 'http://192.168.1.20:8701/' })
    vi.stubGlobal('WebSocket', function open(url: string) {
      return lines[lines.push(new Line(url)) - 1]
    })
    const scope = effectScope()
    const seen: string[] = []
    scope.run(() => useNotices().on('basket', () => seen.push('component')))
    useNotices().on('basket', () => seen.push('page'))
    useNotices().connect('secret')
    expect(line().url).toBe('ws://192.168.1.20:8701/api/v1/notices')
    line().say('basket')
    scope.stop()
    line().say('basket')
    expect(seen).toEqual(['component', 'page', 'page'])
    useNotices().disconnect()
    vi.unstubAllGlobals()
  })
})

describe('where notices come from', () => {
  it.each([
    ['https://node.test:8443', 'wss://node.test:8443/api/v1/notices'],
    ['', 'ws://till.test/api/v1/notices'],
    ['/training', 'ws://till.test/training/api/v1/notices'],
  ])('%o is asked at %s', (base, url) => {
    vi.stubGlobal('location', { href: 'http://till.test/?x=1' })
    createNotices(base, { open: (to) => lines[lines.push(new Line(to)) - 1] as unknown as WebSocket }).connect('token')
    vi.unstubAllGlobals()
    expect(line().url).toBe(url)
  })
})
