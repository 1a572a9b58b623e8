/**
 * Live notices of the node over a WebSocket that connects again by itself.
 *
 * A notice says that something changed, never how: whoever hears it reads anew. After every (re)connection, and when
 * notices were dropped, `refresh` is told instead: read everything anew. `signed_out`: somebody has to sign in again.
 */
import { onScopeDispose, shallowRef } from 'vue'

/** One notice as the node sends it; `data` names what changed. */
export interface Notice {
  kind: string
  data: Record<string, string | number>
}

type Heard = (notice: Notice) => void

export interface NoticesOptions {
  open?: (url: string) => WebSocket
  later?: (work: () => void, ms: number) => () => void
  random?: () => number
}

/** Close codes of the node. */
const SIGNED_OUT = 4401
const FULL = 4429
/** Pauses before connecting again (ms); a half more or less, so that not all tills come at once. */
const PAUSES = [300, 1000, 2000, 5000]
/** Too many screens are connected: that passes slowly. */
const FULL_MS = 30_000
/** What stands for "read everything anew". */
const REFRESH: Notice = { kind: 'refresh', data: {} }

/** What stands for "the sign-in ended". */
const ENDED: Notice = { kind: 'signed_out', data: {} }

export type Notices = ReturnType<typeof createNotices>

const later = (work: () => void, ms: number) => {
  const timer = setTimeout(work, ms)
  return () => clearTimeout(timer)
}

/** Make a line of notices to the node at `base`: "" or a path for the page's own; it is silent until `connect`. */
export function createNotices(base = '', options: NoticesOptions = {}) {
  const { open = (url: string) => new WebSocket(url), random = Math.random } = options
  const delay = options.later ?? later
  const connected = shallowRef(false)
  const hearers = new Map<string, Set<Heard>>()
  let token = ''
  let socket: WebSocket | null = null
  let tries = 0
  let stopWaiting = () => {}

  function tell(notice: Notice): void {
    for (const heard of [...(hearers.get(notice.kind) ?? [])]) heard(notice)
  }

  function dial(): void {
    const line = open(address(base))
    socket = line
    line.onopen = () => line.send(JSON.stringify({ token }))
    line.onmessage = (event) => {
      if (socket === line) hear(event.data)
    }
    line.onclose = (event) => {
      if (socket === line) lost(event.code)
    }
  }

  function hear(data: unknown): void {
    const notice = read(data)
    if (!notice) return
    if (notice.kind === 'hello') {
      tries = 0
      connected.value = true
    }
    tell(notice.kind === 'hello' || notice.kind === 'missed' ? REFRESH : notice)
  }

  function lost(code: number): void {
    socket = null
    connected.value = false
    if (code === SIGNED_OUT) {
      token = ''
      tell(ENDED)
      return
    }
    const pause = code === FULL ? FULL_MS : (PAUSES[Math.min(tries, PAUSES.length - 1)] ?? 0)
    tries += 1
    stopWaiting = delay(dial, pause * (0.5 + random()))
  }

  function disconnect(): void {
    stopWaiting()
    const line = socket
    socket = null
    token = ''
    connected.value = false
    line?.close()
  }

  return {
    /** Whether notices arrive at present. */
    connected,

    /** Connect as whoever holds `given`; an earlier connection ends. */
    connect(given: string): void {
      disconnect()
      token = given
      tries = 0
      dial()
    },

    disconnect,

    /** Hear notices of a kind, `refresh` or `signed_out`; the answer ends it. */
    on(kind: string, heard: Heard): () => void {
      const set = hearers.get(kind) ?? new Set()
      hearers.set(kind, set.add(heard))
      return () => void set.delete(heard)
    },
  }
}

let shared: Notices | null = null

/** The page's one line of notices; what a component hears through it ends with the component. The first call says where. */
export function useNotices(base = ''): Notices {
  const line = (shared ??= createNotices(base))
  return {
    ...line,
    on(kind, heard) {
      const off = line.on(kind, heard)
      onScopeDispose(off, true)
      return off
    },
  }
}

function address(base: string): string {
  const url = new URL(`${base}/api/v1/notices`, /^\w+:/.test(base) ? undefined : location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}

function read(data: unknown): Notice | null {
  try {
    const notice: unknown = JSON.parse(String(data))
    if (typeof notice !== 'object' || notice === null || !('kind' in notice)) return null
    const { kind, data: about } = notice as { kind: unknown; data?: unknown }
    if (typeof kind !== 'string') return null
    return { kind, data: (typeof about === 'object' && about !== null ? about : {}) as Notice['data'] }
  } catch {
    return null
  }
}
