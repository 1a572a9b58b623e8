/**
 * A receipt template read and filled, for the preview: the blocks of the paper, as a branch makes them.
 *
 * The language is told in docs/receipts.md; `device_drivers/paper/template.py` is its home. Head office touches no
 * device, so the page reads templates itself; `papers.golden.json` holds the two readings together.
 */

export type Value = string | boolean | Values | Values[]
export interface Values {
  [name: string]: Value
}
/** A piece of text and how it is set. */
export interface Span {
  text: string
  bold: boolean
  wide: boolean
  tall: boolean
}
export type Align = 'left' | 'centre' | 'right'
export type Block =
  | { kind: 'text'; spans: Span[]; align: Align }
  | { kind: 'row'; cells: { spans: Span[]; weight: number; align: Align }[] }
  | { kind: 'rule'; character: string }
  | { kind: 'qr' | 'barcode'; data: string }
  | { kind: 'logo' }
  | { kind: 'feed'; lines: number }
  | { kind: 'cut' }

/** Why a template cannot be read; `line` from 1. */
export class TemplateFault extends Error {
  constructor(
    readonly line: number,
    readonly reason: string,
    readonly what: string,
  ) {
    super(reason)
  }
}

// bounds of device_drivers.limits
const CHARS = 16_000
const DEPTH = 4
const CELLS = 8
const FEED_LINES = 20
const NAME_CHARS = 64
const PAPER_LINES = 3000
const PAPER_CHARS = 100_000
const QR_CODES = 20

type Style = Omit<Span, 'text'>
/** Text as it stands (`name` empty) or a value's place. */
type Part = { text: string; name: string; style: Style }
type Node =
  | { kind: 'text'; line: number; parts: Part[]; align: Align }
  | { kind: 'row'; line: number; cells: Part[][]; weights: number[] }
  | { kind: 'code'; line: number; parts: Part[]; code: 'qr' | 'barcode' }
  | { kind: 'logo'; line: number }
  | { kind: 'fixed'; line: number; block: Block }
  | Section
type Section = { kind: 'section'; line: number; name: string; inverted: boolean; nodes: Node[] }

const PLAIN: Style = { bold: false, wide: false, tall: false }
const TOTAL: Style = { bold: true, wide: false, tall: true }
const HEADS: Record<string, Style> = { '#': { bold: true, wide: true, tall: true }, '##': { bold: true, wide: false, tall: false }, '^': PLAIN, '>': PLAIN }
const TAG = /\{\{(\{?[^{}]*\}?)\}\}/
const NAME = /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*$/u
const SECTION = /^\{\{([#^/!])(.*)\}\}$/
const SPLIT = /(?:^|(?<=\s))\|(?=\s|$)/
const BOLD = /(?<!\*)\*\*(?!\*)(.+?)(?<!\*)\*\*(?!\*)/

/** Read a template and fill it; throws `TemplateFault`. */
export function paper(template: string, values: Values, logo: boolean): Block[] {
  return fill(parse(template), values, logo)
}

function refuse(line: number, reason: string, what: string): never {
  throw new TemplateFault(line, reason, [...what].slice(0, 32).join(''))
}

function parse(text: string): Node[] {
  if (text.length > CHARS) refuse(1, 'too_long', '')
  const root: Section = { kind: 'section', line: 0, name: '', inverted: false, nodes: [] }
  const open: Section[] = [root]
  const top = () => open.at(-1) ?? root
  let weights: number[] = []
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n')
  lines.forEach((raw, at) => {
    const number = at + 1
    const line = raw.trimEnd()
    const stripped = line.trim()
    const section = SECTION.exec(stripped)
    if (section && !section[2]?.includes('}}')) {
      const [, sign = '', rest = ''] = section
      if (sign === '!') return
      const name = named(number, rest)
      if (sign !== '/') {
        if (open.length > DEPTH) refuse(number, 'too_deep', name)
        open.push({ kind: 'section', line: number, name, inverted: sign === '^', nodes: [] })
        return
      }
      if (open.length === 1 || top().name !== name) refuse(number, 'wrong_closing_tag', name)
      const closed = top()
      open.pop()
      top().nodes.push(closed)
    } else if (stripped.startsWith('@columns') && /^@columns(\s|$)/.test(stripped)) {
      weights = stripped.split(/\s+/).slice(1).map((word) => integer(number, word, 99))
      if (weights.length > CELLS) refuse(number, 'too_many_cells', '@columns')
      if (weights.length && !weights.some(Boolean)) refuse(number, 'bad_number', '@columns')
    } else if (stripped.startsWith('@')) top().nodes.push(directive(number, stripped))
    else top().nodes.push(plain(number, line, weights))
  })
  if (open.length > 1) refuse(top().line, 'unclosed_section', top().name)
  return root.nodes
}

function directive(line: number, text: string): Node {
  const [, word = '', argument = ''] = /^(\S*) ?(.*)$/.exec(text) ?? []
  const rest = argument.trim()
  if (word === '@qr' || word === '@barcode') {
    if (!rest) refuse(line, 'missing_argument', word)
    return { kind: 'code', line, parts: tags(line, rest, PLAIN), code: word === '@qr' ? 'qr' : 'barcode' }
  }
  if (word === '@feed') return { kind: 'fixed', line, block: { kind: 'feed', lines: integer(line, rest || '1', FEED_LINES) } }
  if (word !== '@logo' && word !== '@cut') refuse(line, 'unknown_directive', word)
  if (rest) refuse(line, 'unexpected_argument', word)
  return word === '@logo' ? { kind: 'logo', line } : { kind: 'fixed', line, block: { kind: 'cut' } }
}

function plain(line: number, text: string, weights: number[]): Node {
  const stripped = text.trim()
  if (stripped.startsWith('\\')) return { kind: 'text', line, parts: tags(line, text.replace('\\', ''), PLAIN), align: 'left' }
  if (!stripped) return { kind: 'fixed', line, block: { kind: 'feed', lines: 1 } }
  if (/^(-{3,}|={3,})$/.test(stripped)) return { kind: 'fixed', line, block: { kind: 'rule', character: stripped[0] ?? '-' } }
  const space = stripped.indexOf(' ')
  const mark = space < 0 ? stripped : stripped.slice(0, space)
  const rest = space < 0 ? '' : stripped.slice(space + 1).trim()
  const head = HEADS[mark]
  if (head) return { kind: 'text', line, parts: parts(line, rest, head), align: mark === '>' ? 'right' : 'centre' }
  const style = mark === '!' ? TOTAL : PLAIN
  const texts = (mark === '!' ? rest : text).split(SPLIT)
  if (texts.length === 1) return { kind: 'text', line, parts: parts(line, (texts[0] ?? '').trimEnd(), style), align: 'left' }
  if (texts.length > CELLS) refuse(line, 'too_many_cells', '|')
  const cells = texts.map((one, place) => parts(line, place ? one.trim() : one.trimEnd(), style))
  return { kind: 'row', line, cells, weights: weights.length === cells.length ? weights : cells.map((_, place) => (place ? 0 : 1)) }
}

function parts(line: number, text: string, style: Style): Part[] {
  return text.split(BOLD).flatMap((piece, place) => (piece ? tags(line, piece, { ...style, bold: style.bold || place % 2 === 1 }) : []))
}

function tags(line: number, text: string, style: Style): Part[] {
  return text.split(TAG).flatMap((piece, place): Part[] => {
    if (place % 2) {
      if (/^[#^/!]/.test(piece)) refuse(line, 'section_within_a_line', piece)
      return [{ text: '', name: named(line, piece), style }]
    }
    if (piece.includes('{{')) refuse(line, 'unclosed_tag', piece.slice(piece.indexOf('{{') + 2))
    return piece ? [{ text: piece, name: '', style }] : []
  })
}

function named(line: number, text: string): string {
  const name = text.trim()
  if (name.length > NAME_CHARS || !NAME.test(name)) refuse(line, 'bad_name', name)
  return name
}

function integer(line: number, text: string, high: number): number {
  if (!/^[0-9]{1,2}$/.test(text) || Number(text) > high) refuse(line, 'bad_number', text)
  return Number(text)
}

function fill(nodes: Node[], values: Values, logo: boolean): Block[] {
  const blocks: Block[] = []
  let chars = 0
  let high = 0
  let codes = 0

  function spans(line: number, given: Part[], scope: Values[]): Span[] {
    return given.flatMap(({ text, name, style }) => {
      const value = name ? look(name, scope) : text
      const shown = typeof value === 'string' ? value : ''
      chars += shown.length
      if (chars > PAPER_CHARS) refuse(line, 'paper_too_long', name)
      return shown ? [{ ...style, text: shown }] : []
    })
  }
  function made(node: Exclude<Node, Section>, scope: Values[]): Block[] {
    switch (node.kind) {
      case 'text':
        return [{ kind: 'text', spans: spans(node.line, node.parts, scope), align: node.align }]
      case 'row': {
        const cells = node.cells.map((cell, place) => ({ spans: spans(node.line, cell, scope), weight: node.weights[place] ?? 0, align: place ? 'right' : 'left' }) as const)
        return [{ kind: 'row', cells }]
      }
      case 'code': {
        const data = spans(node.line, node.parts, scope).map((span) => span.text).join('')
        return data ? [{ kind: node.code, data }] : []
      }
      case 'logo':
        return logo ? [{ kind: 'logo' }] : []
      case 'fixed':
        return [node.block]
    }
  }
  function go(some: Node[], scope: Values[]): void {
    for (const node of some) {
      if (node.kind === 'section') {
        const value = look(node.name, scope)
        const empty = !value || (typeof value === 'object' && Object.keys(value).length === 0)
        if (node.inverted) empty && go(node.nodes, scope)
        else if (Array.isArray(value)) for (const one of value) go(node.nodes, [...scope, one])
        else if (!empty) go(node.nodes, typeof value === 'object' ? [...scope, value] : scope)
        continue
      }
      for (const block of made(node, scope)) {
        blocks.push(block)
        high += block.kind === 'feed' ? block.lines : 1
        codes += block.kind === 'qr' ? 1 : 0
      }
      if (high > PAPER_LINES) refuse(node.line, 'paper_too_long', '')
      if (codes > QR_CODES) refuse(node.line, 'too_many_codes', '')
    }
  }
  go(nodes, [values])
  return blocks
}

/** A name's value: looked up in the innermost section, then outwards; `a.b` is `b` in the section `a`. */
function look(name: string, scope: Values[]): Value {
  const [first = '', ...rest] = name.split('.')
  let value: Value = scope.findLast((one) => Object.hasOwn(one, first))?.[first] ?? ''
  for (const word of rest) {
    const inner: Value = value
    value = typeof inner === 'object' && !Array.isArray(inner) && Object.hasOwn(inner, word) ? (inner[word] ?? '') : ''
  }
  return value
}
