/** English: the frame of help and of the first-run tour. */
import type help from '../zh-CN/help'

const words: typeof help = {
  help: { title: 'Help', hint: 'How each screen works', topics: 'Topics', open: 'Help', again: 'Show the tour again', none: 'Help could not be fetched. Check the network and press F1 again.' },
  tour: {
    offer: 'New at this till?', offerWhy: 'See the screen in a minute; skip it whenever you like.', start: 'Begin', no: 'No, thanks', skip: 'Skip', next: 'Next', back: 'Back', end: 'Got it', step: '{n} / {of}',
    scan: 'Scan a barcode, or type a name or pinyin initials. A scan works wherever the cursor is, with an input method on.', basket: 'Goods appear here. Tap a line for quantity, discount or removal; the node makes the price and explains it.', member: 'Swipe a card, scan a member code or press F3: member prices and stored value work at once.', pay: 'F2 takes the money. Each screen’s main button is at this place.', hold: 'The customer needs a moment? F7 holds the basket; any till can recall it.', rail: 'F10 shows more: top-ups, returns, papers, the shift.', state: 'You sell without the internet too. Here you see since when it is away and what waits to be sent.', menu: 'Language, appearance and signing out. Press F1 at any time for help with the present screen.',
    approve: 'For returns and big discounts, type your number and PIN on the cashier’s screen; nobody has to sign out.', shift: 'F10, then “Shift”: cash in and out, X report, count and close. A difference needs its reason.', papers: 'A receipt did not come out? “Papers” under F10 prints it again; none is lost.', training: 'Newcomers begin with training, on the sign-in screen: nothing they do there is real.',
  },
}

export default words
