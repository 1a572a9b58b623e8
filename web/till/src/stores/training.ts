/** Training mode: the same till over a node's throw-away world at `/training`, where nothing is real. It ends with the window. */
const PLACE = 'stayopen.training'

/** Whether this window trains. It is settled while the page loads: every part of it then speaks to one world alone. */
export const training = sessionStorage.getItem(PLACE) === 'on'
/** What stands before every path of the API. */
export const base = training ? '/training' : ''

/** Begin or end training: the page starts anew in the other world. */
export function setTraining(on: boolean): void {
  if (on) sessionStorage.setItem(PLACE, 'on')
  else sessionStorage.removeItem(PLACE)
  location.reload()
}
