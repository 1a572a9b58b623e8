import { describe, expect, it, vi } from 'vitest'
import { keptFiles, workerFor } from '../worker/plugin'

const FILES = keptFiles(['index.html', 'sw.js', 'assets/index-1.js', 'assets/Page-2.css'])
type Answer = { status: number; from: string }
type Handler = (event: Record<string, unknown>) => void

/** A browser around the worker: caches by name, a network that answers as it is told. */
function browser(page = '<html>', network: (path: string) => Promise<Answer> = async (path) => ({ status: 200, from: `net ${path}` })) {
  const handlers = new Map<string, Handler>()
  const stored = new Map<string, Map<string, Answer>>()
  const fetched: string[] = []
  const path = (of: { url: string } | string) => new URL(typeof of === 'string' ? of : of.url, 'http://till.test').pathname
  const caches = {
    open: async (name: string) => ({
      addAll: async (all: { url: string }[]) => {
        stored.set(name, new Map(all.map((one) => [path(one), { status: 200, from: `kept ${path(one)}` }])))
      },
    }),
    // answers of the node vary by encoding: only who says that this does not matter finds them
    match: async (of: { url: string } | string, how?: { ignoreVary?: boolean }) => how?.ignoreVary && [...stored.values()].map((cache) => cache.get(path(of))).find(Boolean) || undefined,
    keys: async () => [...stored.keys()],
    delete: async (name: string) => stored.delete(name),
  }
  const self = {
    location: { origin: 'http://till.test' }, clients: { claim: vi.fn(async () => undefined) }, skipWaiting: vi.fn(async () => undefined),
    addEventListener: (name: string, handler: Handler) => handlers.set(name, handler),
  }
  const fetch = (request: { url: string }) => {
    fetched.push(path(request))
    return network(path(request))
  }
  const start = (source: string) => new Function('self', 'caches', 'fetch', 'Request', source)(self, caches, fetch, class { constructor(readonly url: string) {} })
  start(workerFor(FILES, page))
  const happen = async (name: string) => {
    let until: Promise<unknown> = Promise.resolve()
    handlers.get(name)?.({ waitUntil: (work: Promise<unknown>) => (until = work) })
    await until
  }
  const get = async (url: string, method = 'GET'): Promise<Answer | undefined | 'untouched'> => {
    let answer: Promise<Answer | undefined> | 'untouched' = 'untouched'
    handlers.get('fetch')?.({ request: { url: new URL(url, 'http://till.test').href, method }, respondWith: (given: Promise<Answer>) => (answer = given) })
    return answer
  }
  return { happen, get, fetched, stored, start, self }
}

const away = async () => {
  throw new TypeError('Failed to fetch')
}

describe('the service worker', () => {
  it('keeps the page’s own files and nothing else', () => {
    expect(FILES).toEqual(['/', '/icon.svg', '/assets/Page-2.css', '/assets/index-1.js'])
  })
  it('has another name for another build', () => {
    expect(workerFor(FILES, '<a>')).not.toBe(workerFor(FILES, '<b>'))
    expect(workerFor(FILES, '<a>')).not.toMatch(/__\w+__/)
  })
  it.each(['/api/v1/baskets', '/api/v1/pictures/ab', '/training/api/v1/me', '/display', 'http://elsewhere.test/assets/x.js'])('leaves %s alone', async (url) => {
    const page = browser()
    await page.happen('install')
    expect(await page.get(url)).toBe('untouched')
  })
  it('leaves alone whatever changes something', async () => {
    expect(await browser().get('/', 'POST')).toBe('untouched')
  })
  it('shows the node’s page while the node answers', async () => {
    const page = browser()
    await page.happen('install')
    expect(await page.get('/?x=1')).toMatchObject({ from: 'net /' })
  })
  it('shows the kept page while the node starts anew, or is not itself', async () => {
    for (const network of [away, async () => ({ status: 502, from: 'proxy' })]) {
      const page = browser('<html>', network)
      await page.happen('install')
      expect(await page.get('/')).toMatchObject({ from: 'kept /' })
    }
  })
  it('shows the kept page when the node takes too long', async () => {
    vi.useFakeTimers()
    const page = browser('<html>', () => new Promise(() => undefined))
    await page.happen('install')
    const shown = page.get('/')
    await vi.advanceTimersByTimeAsync(3000)
    vi.useRealTimers()
    expect(await shown).toMatchObject({ from: 'kept /' })
  })
  it('fails as the network does when nothing is kept', async () => {
    await expect(browser('<html>', away).get('/')).rejects.toThrow('Failed to fetch')
  })
  it('takes hashed files from what is kept, and fetches those of a newer build', async () => {
    const page = browser()
    await page.happen('install')
    expect(await page.get('/assets/index-1.js')).toMatchObject({ from: 'kept /assets/index-1.js' })
    expect(await page.get('/assets/index-9.js')).toMatchObject({ from: 'net /assets/index-9.js' })
    expect(page.fetched).toEqual(['/assets/index-9.js'])
  })
  it('keeps two builds, for a page that is still open, and no third', async () => {
    const page = browser('<1>')
    await page.happen('install')
    const [first] = page.stored.keys()
    for (const build of ['<2>', '<3>']) {
      page.start(workerFor(FILES, build))
      await page.happen('install')
      await page.happen('activate')
    }
    expect(page.stored.size).toBe(2)
    expect(page.stored.has(first ?? '')).toBe(false)
    expect(page.self.clients.claim).toHaveBeenCalled()
  })
})
