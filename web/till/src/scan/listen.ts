/** Listens for scans on the whole page and takes out of a field what a scan had typed into it by mistake. */

import { ScanDetector } from './detector'

type Field = HTMLInputElement | HTMLTextAreaElement

interface Before {
  field: Field
  value: string
}

/** The text field that has the focus, if one has. */
function focused(): Field | null {
  const field = document.activeElement
  return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field : null
}

/** Give a field its text back; an input method that composes is ended first, or it would write over it. */
function restore(before: Before): void {
  const { field, value } = before
  if (field.value === value) return
  field.blur()
  field.value = value
  field.dispatchEvent(new Event('input', { bubbles: true }))
  field.focus({ preventScroll: true })
}

/**
 * Call `onScan` with every code scanned, until the returned function is called.
 *
 * Keys of a sure burst are swallowed, so that no shortcut, button or field sees them; the first few, which may still be
 * a person's, are undone in the field once the burst has proved to be a scan.
 */
export function listenForScans(onScan: (code: string) => void, target: Window = window): () => void {
  const detector = new ScanDetector()
  let before: Before | null = null

  function swallow(event: KeyboardEvent): void {
    event.preventDefault()
    event.stopImmediatePropagation()
  }

  function down(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return
    const field = focused()
    const value = field?.value ?? ''
    const verdict = detector.feed({ code: event.code, key: event.key, shift: event.shiftKey, at: event.timeStamp })
    if (verdict.kind === 'first' && detector.length === 1) before = field ? { field, value } : null
    else if (verdict.kind === 'burst') swallow(event)
    else if (verdict.kind === 'scan') {
      swallow(event)
      if (before) restore(before)
      before = null
      onScan(verdict.code)
    }
  }

  target.addEventListener('keydown', down, { capture: true })
  return () => target.removeEventListener('keydown', down, { capture: true })
}
