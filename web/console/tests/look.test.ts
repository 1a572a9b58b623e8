import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const read = (path: string) => readFileSync(`${import.meta.dirname}/../${path}`, 'utf8')
const styles = read('src/styles/console.css')
const tokens = read('../kit/src/theme/tokens.css')

/** The colours that a theme names in a text of styles. */
function colours(text: string, theme: string): Map<string, string> {
  const blocks = [...text.matchAll(new RegExp(`\\[data-theme=['"]${theme}['"]\\][^{]*\\{([^}]*)\\}`, 'g'))].map((hit) => hit[1] ?? '')
  return new Map(blocks.flatMap((block) => [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((hit) => [hit[1] ?? '', hit[2] ?? ''] as const)))
}
/** Contrast of two colours (WCAG 2.2). */
function contrast(one: string, other: string): number {
  const light = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = parseInt(colour.slice(at, at + 2), 16) / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [low = 0, high = 0] = [light(one), light(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

describe.each(['light', 'dark'])('greyed zeros in the %s theme', (theme) => {
  const own = colours(styles, theme).get('faint') ?? ''
  const behind = colours(tokens, theme)

  it.each(['panel', 'paper', 'sunken', 'brand-soft'])('can be read on %s: lines, sums and the line that is open', (name) => {
    expect(contrast(own, behind.get(name) ?? '')).toBeGreaterThanOrEqual(4.5)
  })
})
