/**
 * Showing and reading money (minor units, 1250 is 12.50) and quantities (thousandths, 1500 is 1.5).
 *
 * Only forms change here: every sum, price and change comes from the API. No fraction ever becomes a number.
 */

/** 100,000,000.00: the API takes no more in one amount. */
export const MONEY_MAX = 10_000_000_000
/** 100,000.000: the API takes no more in one line. */
export const QUANTITY_MAX = 100_000_000

/** Show minor units: 123450 is `1,234.50`, -5 is `-0.05`. */
export function formatMoney(minor: number): string {
  const cents = Math.abs(minor)
  const whole = String(Math.trunc(cents / 100)).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${minor < 0 ? '-' : ''}${whole}.${String(cents % 100).padStart(2, '0')}`
}

/** Read an amount as a person types it, also full-width and with ¥ or commas; null for what is none. */
export function parseMoney(text: string): number | null {
  return parse(ungroup(plain(text).replace(/^[\u00a5\uffe5]\s*/, '')), 2, MONEY_MAX)
}

/** Show thousandths: 1500 is `1.5`, 2000 is `2`. */
export function formatQuantity(milli: number): string {
  const parts = Math.abs(milli)
  const rest = String(parts % 1000).padStart(3, '0').replace(/0+$/, '')
  return `${milli < 0 ? '-' : ''}${Math.trunc(parts / 1000)}${rest ? `.${rest}` : ''}`
}

/** Read a quantity as a person types it, up to three decimals; null for what is none. */
export function parseQuantity(text: string): number | null {
  return parse(plain(text), 3, QUANTITY_MAX)
}

/** Half-width, without blanks around: an input method that is on types `12。5`. */
function plain(text: string): string {
  return text
    .replace(/[\uff10-\uff19\uff0e\uff0c]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/。/g, '.')
    .trim()
}

/** Without commas, if they part thousands; unchanged otherwise, which is then refused. */
function ungroup(text: string): string {
  return /^\d{1,3}(,\d{3})+(\.\d*)?$/.test(text) ? text.replaceAll(',', '') : text
}

function parse(text: string, decimals: number, max: number): number | null {
  const found = /^(\d{0,12})(?:\.(\d*))?$/.exec(text)
  if (!found) return null
  const [, whole = '', part = ''] = found
  if ((!whole && !part) || part.length > decimals) return null
  const value = Number(whole + part.padEnd(decimals, '0'))
  return value <= max ? value : null
}
