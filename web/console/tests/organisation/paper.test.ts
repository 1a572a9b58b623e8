import { describe, expect, it } from 'vitest'
import { type Block, paper, type Span, TemplateFault, type Values } from '../../src/areas/organisation/paper'
import examples from '../../src/areas/organisation/papers.gen.json'
import golden from './papers.golden.json'

type Case = { template: string; kind: string; language: string; blocks?: unknown[]; fault?: unknown }
const values = examples.values as unknown as Record<string, Record<string, Values>>

const pieces = (spans: Span[]) => spans.map((span) => [span.text, span.bold, span.wide, span.tall])

/** A block as the branches' own reading writes it. */
function written(block: Block): unknown[] {
  switch (block.kind) {
    case 'text':
      return ['Text', pieces(block.spans), block.align]
    case 'row':
      return ['Row', block.cells.map((cell) => [pieces(cell.spans), cell.weight, cell.align])]
    case 'rule':
      return ['Rule', block.character]
    case 'qr':
      return ['QRCode', block.data]
    case 'barcode':
      return ['Barcode', block.data]
    case 'feed':
      return ['Feed', block.lines]
    case 'logo':
      return ['Picture']
    case 'cut':
      return ['Cut']
  }
}

function read({ template, kind, language }: Case): Pick<Case, 'blocks' | 'fault'> {
  try {
    return { blocks: paper(template, values[language]?.[kind] ?? {}, true).map(written) }
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error
    return { fault: { line: error.line, reason: error.reason, what: error.what } }
  }
}

describe('the preview of papers', () => {
  it.each((golden as unknown as Case[]).map((one, n) => [n, one] as const))('makes paper %i as branches make it', (_, one) => {
    expect(read(one)).toEqual({ ...(one.blocks && { blocks: one.blocks }), ...(one.fault ? { fault: one.fault } : {}) })
  })
  it('leaves the logo out where there is none, and knows no names of the language itself', () => {
    expect(paper('@logo\n{{constructor}}{{a.toString}}', { a: {} }, false)).toEqual([{ kind: 'text', spans: [], align: 'left' }])
  })
  it('never reads markup in a value', () => {
    const [block] = paper('{{name}}', { name: '# <b>**x**</b> | {{shop}}', shop: 'y' }, false)
    expect(block).toEqual({ kind: 'text', spans: [{ text: '# <b>**x**</b> | {{shop}}', bold: false, wide: false, tall: false }], align: 'left' })
  })
})
