/** The amounts spoken aloud, where the chain wants it: by the browser's own voice, in the till's language; silent where it has none. */
import { language, t } from './i18n'
import { muted } from './sounds'
import { setUp } from './stores/setup'

/** An amount as it is read out: 1250 is `12.50`, 1200 is `12`. */
export function spoken(minor: number): string {
  const cents = minor % 100
  return `${Math.trunc(minor / 100)}${cents ? `.${String(cents).padStart(2, '0').replace(/0$/, '')}` : ''}`
}

/** Say an amount; a new one ends what was being said. */
export function say(key: 'speech.due' | 'speech.paid' | 'speech.change', minor: number): void {
  if (!setUp.value?.speech || muted.value || typeof speechSynthesis === 'undefined') return
  const words = new SpeechSynthesisUtterance(t(key, { amount: spoken(minor) }))
  words.lang = language.value
  speechSynthesis.cancel()
  speechSynthesis.speak(words)
}
