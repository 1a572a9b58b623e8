/** Showing times of day and ages, in the cashier's language. */

/** A time of day, HH:MM; with the date before it when it was another day. */
export function clock(ms: number, language: string, now = Date.now()): string {
  const at = new Date(ms)
  const time = at.toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', hour12: false })
  if (new Date(now).toDateString() === at.toDateString()) return time
  return `${at.toLocaleDateString(language, { month: 'numeric', day: 'numeric' })} ${time}`
}

/** An age in minutes, hours or days, as a word of the language. */
export function age(ms: number, language: string): string {
  const minutes = Math.max(1, Math.round(ms / 60_000))
  const [value, unit] =
    minutes < 60 ? [minutes, 'minute'] : minutes < 48 * 60 ? [Math.round(minutes / 60), 'hour'] : [Math.round(minutes / 1440), 'day']
  return new Intl.NumberFormat(language, { style: 'unit', unit: String(unit), unitDisplay: 'long' }).format(Number(value))
}

/** The calendar date here and now, YYYY-MM-DD. */
export function today(now = new Date()): string {
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
}
