/** English: the line to head office, training, and faults of the page itself. */
import type sync from '../zh-CN/sync'

const words: typeof sync = {
  sync: {
    title: 'Sync', hint: 'The line to head office, what waits', onlineSince: 'Online since {time}', offlineSince: 'Offline since {time}', never: 'Never connected to head office', standalone: 'Single shop', standaloneWhy: 'Everything is kept on this shop’s node; there is nothing to send.', works: 'Works as usual', worksList: 'Scanning, cash and other tenders, stored value and uses that lie here, returns of this branch’s goods, top-ups, shifts.', cannot: 'Not for now',
    chain_balance: 'Newest balances of the whole chain', rights_request: 'Stored value and uses that lie at other branches', foreign_refund: 'Refunds of goods sold by other branches (the goods can be taken)', stored_value: 'Stored value: this node’s rights are stopped, call head office', later: 'Everything is sent by itself when the line is back.',
    unsent: 'Unsent', none: 'All sent', noneHint: 'Head office has confirmed every entry of this branch.', oldest: 'the oldest is {time} old', retry: 'Try now', retried: 'Connecting to head office…', more: 'More', time: 'Time', what: 'What', amount: 'Amount', who: 'By', detail: 'See what waits',
    export: 'Export to USB stick', exportWhat: 'Puts all that waits into one file. It is encrypted, only head office can open it; exporting does not count as sending, everything stays here.', exportNext: 'Next: copy the file to a stick and hand it to head office, which takes it with stayopen hq import. When the line is back both sides compare by themselves and nothing is booked twice. Keep the file until then.', exported: 'Exported {name}: copy it to a stick for head office.', exportWho: 'A shift lead or manager can export.',
    kind_sale: 'Sale', kind_refund: 'Return', kind_issue: 'Top-up or gift', kind_withdraw: 'Stored value paid out', kind_shift: 'Shift', kind_claim: 'Return for another branch', kind_claim_paid: 'Claim paid out', kind_audit: 'Note of an act', kind_member: 'Member’s data', kind_entitlement: 'Period card', kind_plan: 'Card plan', kind_other: 'Other entry',
    a_stalled: 'Connected, but head office confirms nothing new. All is kept here; call head office.', a_refused: 'Head office does not accept this node: call head office.', a_fault: 'The node’s sync program failed and tries again by itself. If it goes on, call head office.', a_unreachable: 'Head office cannot be found; trying by itself.', a_other: 'Sync is in trouble ({code}): call head office.',
  },
  signOut: { title: 'Sign out?', kept: 'Nothing is lost: open and held baskets and the shift stay on the branch node, ready for the next sign-in.', unsent: '{n} entries wait to be sent and go on by themselves; nobody has to be signed in.', shift: 'The shift stays open. Handing the till over needs no close; at the end of the day, count and close it first.', submit: 'Sign out' },
  training: { enter: 'Start training', leave: 'End training', banner: 'Training: goods, members and payments here are not real', why: 'Practise with made-up data; real sales and stock are untouched.' },
  fault: { title: 'The till’s page ran into a problem', why: 'The page itself failed; you did nothing wrong.', kept: 'Baskets, members and payments are on the branch node; nothing is lost.', go: 'Go on selling', reload: 'Load again', code: 'Tell the manager: {code}' },
}

export default words
