/** Who gets a scan: the dialog that asked for one, else the sale. */

/** Returns whether the code was used. */
export type Taker = (code: string) => boolean

const takers: Taker[] = []

/** Take scans before everybody who asked earlier, until the returned function is called. */
export function takeScans(taker: Taker): () => void {
  takers.push(taker)
  return () => {
    const place = takers.indexOf(taker)
    if (place >= 0) takers.splice(place, 1)
  }
}

/** Offer a code to the takers, the latest first. */
export function offerScan(code: string): boolean {
  return [...takers].reverse().some((taker) => taker(code))
}
