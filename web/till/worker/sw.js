/*
 * The page's own files, kept by the browser, so that it opens while the node starts anew.
 *
 * Nothing else is ever kept: no answer of the API, no picture, no customer's screen. The page is asked for first and
 * taken from here only when the node does not answer; files whose names hold their digest are taken from here first.
 */
const FILES = __FILES__
const CACHE = 'stayopen-page-__VERSION__'
/** How long the node may take over the page before the kept one is shown, in ms. */
const WAIT_MS = 3000
/** A file is known by its path alone: what a server says its answer varies by (encodings, origins) is all the same here. */
const HERE = { ignoreSearch: true, ignoreVary: true }
/** How many versions are kept: a page that is still open may load a part of the one before. */
const KEPT = 2

self.addEventListener('install', (event) => {
  const requests = FILES.map((file) => new Request(file, { cache: 'no-cache' }))
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)).then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (url.pathname === '/') event.respondWith(page(request))
  else if (url.pathname.startsWith('/assets/') || FILES.includes(url.pathname)) event.respondWith(file(request))
})

async function page(request) {
  const kept = () => caches.match('/', HERE)
  const late = new Promise((done) => setTimeout(done, WAIT_MS)).then(kept)
  const asked = fetch(request).then(
    async (answer) => (answer.status >= 500 && (await kept())) || answer,
    async (error) => {
      const page = await kept()
      if (!page) throw error
      return page
    },
  )
  return (await Promise.race([asked, late])) ?? asked
}

async function file(request) {
  return (await caches.match(request, HERE)) ?? fetch(request)
}

async function tidy() {
  const own = (await caches.keys()).filter((name) => name.startsWith('stayopen-page-'))
  const old = own.filter((name) => name !== CACHE).slice(0, Math.max(0, own.length - KEPT))
  await Promise.all(old.map((name) => caches.delete(name)))
}
