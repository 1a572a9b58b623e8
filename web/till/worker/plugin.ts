/** Puts the service worker into a build, with the names of the very files that were built. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

const SOURCE = `${import.meta.dirname}/sw.js`

/** The worker's text for a build: `files` are paths, `page` is the page that names them. */
export function workerFor(files: readonly string[], page: string): string {
  const version = createHash('sha256').update(files.join('\n')).update(page).digest('hex').slice(0, 12)
  return readFileSync(SOURCE, 'utf8').replace('__FILES__', JSON.stringify(files)).replace('__VERSION__', version)
}

/** What is kept besides the page itself: its scripts, styles and its icon. */
export function keptFiles(built: readonly string[]): string[] {
  return ['/', '/icon.svg', ...built.filter((name) => name.startsWith('assets/')).map((name) => `/${name}`).sort()]
}

export function serviceWorker(): Plugin {
  return {
    name: 'stayopen-service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const page = bundle['index.html']
      if (page?.type !== 'asset') this.error('the page was not built before its service worker')
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: workerFor(keptFiles(Object.keys(bundle)), String(page.source)) })
    },
  }
}
