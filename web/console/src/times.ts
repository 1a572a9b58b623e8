/** Showing times: of this machine's clock and zone, in the language chosen. Business dates are texts and stay so. */
import { language } from '@stayopen/kit'

/** A moment (ms since 1970) to the second; "" for 0. */
export function formatTime(at: number): string {
  if (!at) return ''
  const date = new Date(at)
  const two = (n: number) => String(n).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** How long ago, in words; "" for 0. */
export function formatAgo(at: number, now: number = Date.now()): string {
  if (!at) return ''
  const words = new Intl.RelativeTimeFormat(language.value, { numeric: 'auto' })
  const seconds = Math.round((at - now) / 1000)
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ]
  for (const [unit, size] of steps) if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit)
  return words.format(seconds, 'second')
}

/** A day of this machine's calendar as ISO text, `days` from `from`. */
export function dayFrom(from: Date, days: number): string {
  const date = new Date(from.getFullYear(), from.getMonth(), from.getDate() + days, 12)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
