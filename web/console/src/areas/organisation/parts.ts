/** Parts of a built-in template that a chain may leave out with a switch, without writing a template of its own. */

/** Names of sections, and of the two directives `@logo` and `@barcode`. */
export const PARTS = ['logo', 'shop', 'branch', 'attendant', 'member', 'points_earned', 'balance', 'points', 'plans', 'barcode', 'code', 'legal', 'footer'] as const
export type Part = (typeof PARTS)[number]

const DIRECTIVES: ReadonlySet<string> = new Set(['logo', 'barcode'])

/** The parts that a template has. */
export function partsOf(template: string): Part[] {
  const lines = template.split('\n').map((line) => line.trim())
  return PARTS.filter((part) => lines.some((line) => begins(line, part)))
}

/** The template without some parts. */
export function without(template: string, off: readonly Part[]): string {
  const kept: string[] = []
  let inside: Part | null = null
  for (const line of template.split('\n')) {
    const text = line.trim()
    if (inside) {
      if (text === `{{/${inside}}}`) inside = null
      continue
    }
    const part = off.find((one) => begins(text, one))
    if (part === undefined) kept.push(line)
    else if (!DIRECTIVES.has(part)) inside = part
  }
  return kept.join('\n')
}

/** Which parts a template leaves out of the built-in one; null: it is the chain's own writing. */
export function leftOut(builtIn: string, template: string): Part[] | null {
  if (!template) return []
  const there = partsOf(template)
  const off = partsOf(builtIn).filter((part) => !there.includes(part))
  return without(builtIn, off) === template ? off : null
}

const begins = (line: string, part: Part): boolean => (DIRECTIVES.has(part) ? line === `@${part}` || line.startsWith(`@${part} `) : line === `{{#${part}}}`)
