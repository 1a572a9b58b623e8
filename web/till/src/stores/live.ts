/** What the node tells by itself: readings of scanners and cards, and what has changed under the till's hands. */
import { watch } from 'vue'
import type { Notices } from '@stayopen/kit'
import { look } from './health'
import * as member from './member'
import { storedToken } from './node'
import * as products from './products'
import { readAttendants } from './attendants'
import * as benefits from './benefits'
import * as charges from './charges'
import { findScale } from './scale'
import { offerScan } from './scans'
import { me, readShift } from './session'
import { readSetUp } from './setup'
import { tried } from './tell'
import * as tickets from './tickets'

/** Read what a till has to know before it sells; without it the till works by the defaults. */
export async function getReady(): Promise<void> {
  await tried(() => Promise.all([readSetUp(), readAttendants(), findScale()]))
}

/** Listen as long as somebody is signed in. */
export function connectLive(line: Notices): void {
  watch(me, (who) => (who ? line.connect(storedToken()) : line.disconnect()))
  line.on('reading', ({ data }) => {
    const code = data['type'] === 'scan' ? data['data'] : data['type'] === 'card' ? data['token'] : undefined
    if (code !== undefined) offerScan(String(code))
  })
  line.on('member', ({ data }) => {
    if (data['member'] !== member.member.value?.member) return
    void tried(() => member.read())
    void tried(() => benefits.read())
  })
  line.on('shift', () => void tried(readShift))
  line.on('reference', () => {
    void tried(() => products.show(products.category.value))
    void tried(products.readCategories)
    void tried(readSetUp)
    void tried(readAttendants)
  })
  line.on('device', () => void findScale())
  line.on('payment', charges.wake)
  for (const kind of ['basket', 'refresh']) line.on(kind, () => void (tickets.atBoard.value && tickets.read()))
  for (const kind of ['link', 'stopped', 'device', 'print', 'refresh']) line.on(kind, () => void look())
}
