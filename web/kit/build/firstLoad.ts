/** A bound on what a screen loads before it shows anything: a build that goes beyond it fails. */
import { gzipSync } from 'node:zlib'

/** What is looked at of a build's files, by their names. */
export type Built = Record<string, Part>
type Part =
  | { type: 'asset'; source: string | Uint8Array }
  | { type: 'chunk'; code: string; isEntry: boolean; imports: string[]; facadeModuleId: string | null; viteMetadata?: { importedCss: Set<string> } }

/** The gzipped bytes of the entry and all it imports, its styles too; `also` is told modules and names what comes with it. */
export function firstLoad(built: Built, also: (module: string) => boolean): number {
  const weigh = (name: string, seen: Set<string>): number => {
    const part = built[name]
    if (!part || seen.has(name)) return 0
    seen.add(name)
    if (part.type === 'asset') return gzipSync(part.source).length
    const more = [...part.imports, ...(part.viteMetadata?.importedCss ?? [])]
    return gzipSync(part.code).length + more.reduce((sum, one) => sum + weigh(one, seen), 0)
  }
  const seen = new Set<string>()
  const chunks = Object.entries(built).flatMap(([name, part]) => (part.type === 'chunk' ? [{ name, part }] : []))
  const first = chunks.filter(({ part }) => part.isEntry).reduce((sum, { name }) => sum + weigh(name, seen), 0)
  // one of them comes, the heaviest for the bound
  const beside = chunks.filter(({ part }) => also(part.facadeModuleId ?? '')).map(({ name }) => weigh(name, new Set(seen)))
  return first + Math.max(0, ...beside)
}

/** A plugin that holds a build to `bound` bytes; `also`: of which modules one is loaded at the start too. */
export function boundFirstLoad(bound: number, also: (module: string) => boolean = () => false) {
  return {
    name: 'stayopen-first-load',
    apply: 'build' as const,
    enforce: 'post' as const,
    generateBundle(this: { error(text: string): never }, _options: unknown, bundle: object): void {
      const bytes = firstLoad(bundle as Built, also)
      if (bytes > bound) this.error(`the first load takes ${bytes} bytes gzipped, more than ${bound}`)
    },
  }
}
