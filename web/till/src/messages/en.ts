/** English. */
import type { Messages } from './index'

const messages: Messages = {
  app: { name: 'StayOpen', loading: 'Opening the till…', close: 'Close', back: 'Back', cancel: 'Cancel', },
  signIn: {
    title: 'Sign in', staff: 'Staff number', pin: 'PIN', submit: 'Sign in', till: 'Till', tillHint: 'Lower-case letters, digits and hyphens, 16 at most; each screen has a name of its own.',
    changeTill: 'Rename', tillSave: 'Remember', tillBad: 'Use lower-case letters, digits and hyphens, beginning with a letter or digit.', need: 'Type staff number and PIN.', pinShort: 'A PIN has 4 to 12 digits.',
  },
  pin: {
    title: 'Change your first PIN', why: 'Somebody else knows your first PIN. Choose one only you know, then you can sell.', old: 'Present PIN', fresh: 'New PIN', again: 'New PIN again',
    submit: 'Change PIN', differ: 'The two new PINs differ.', digits: 'A PIN has 4 to 12 digits.',
  },
  shift: {
    title: 'Open the shift', why: 'Count the float in the drawer first. Selling begins when the shift is open.', day: 'Business date', float: 'Float', submit: 'Open shift', day_bad: 'Type the business date as year-month-day.',
    counted: 'This shift is counted and waits to be closed', countedWhy: 'Selling goes on once it is closed. Open baskets are kept.', refresh: 'Look again',
  },
  status: {
    shift: 'Shift', online: 'Online', standalone: 'Single shop', offlineSince: 'Offline since {time}', unsent: '{n} unsent',
    lost: 'The branch node does not answer, connecting…', offlineTitle: 'The line to head office', offlineOk: 'Sell as usual: scanning, cash, and the stored value usable here all work.',
    offlineCannot: 'Not for now: stored value held by other branches, the newest balance of the whole chain.', offlineLater: 'Everything is sent by itself when the line is back.', oldest: 'the oldest is {time} old',
    onlineOk: 'All is well and in step with head office.', sending: '{n} being sent.', standaloneOk: 'A single shop: everything is kept on its own node.', lostWhy: 'All that was rung up is kept on the branch node. Check its cable and power.',
    stopped: 'Stored value is stopped', clock: 'The node’s clock is wrong: tell the manager.', printing: '{n} receipts wait to be printed', devices: '{n} devices in trouble', clearing: 'Take cash or other tenders meanwhile.',
  },
  menu: { open: 'Menu', language: 'Language', theme: 'Appearance', auto: 'Auto', light: 'Light', dark: 'Dark', sound: 'Sounds', on: 'On', off: 'Off', shortcuts: 'Shortcuts', signOut: 'Sign out', },
  basket: {
    title: 'Basket', empty: 'Scan a product, or pick one on the right', emptyHint: 'F9 to type a barcode, name or initials', saved: 'Saved', rounding: 'Rounding', total: 'To pay',
    pay: 'Pay', hold: 'Hold', items: 'No lines | 1 line | {n} lines', quantity: 'Qty', discount: 'Disc.', remove: 'Remove', more: 'One more', less: 'One less', noPrice: 'This basket has no price now: remove the product in question.',
    line: '{name}, quantity {quantity}, {amount}', clearTitle: 'Clear this basket?', clearWhy: '{n} lines will be removed for good.', clearDo: 'Clear', list: 'Lines',
  },
  steps: {
    list: 'List price', open_price: 'Open amount', override: 'Price set', level: 'Member price', tier: 'Tier discount', label: 'Label price', line_discount: 'Line discount', order_discount: 'Order discount', rounding: 'Rounding', other: 'Discount',
  },
  search: { label: 'Add a product', placeholder: 'Barcode / name / initials (F9)', none: 'Nothing found for “{q}”', noneHint: 'Check it, or try a name, number or pinyin initials.', clear: 'Clear' },
  grid: { all: 'All', empty: 'No products yet', emptyHint: 'The manager enters products first, or head office sends them.', more: 'More products', categories: 'Categories', perUnit: '/{unit}' },
  choose: { title: 'Several products share this code', why: 'Pick the one the customer holds.' },
  member: {
    walkIn: 'Walk-in', walkInHint: 'Swipe a card, scan a member code, or F3 to find', find: 'Find member', register: 'New member', change: 'Change', here: 'Here now', chain: 'Whole chain', asOf: 'as of {time}', chainUnknown: 'not known yet',
    findTitle: 'Find a member', findLabel: 'Card, phone, last four digits, name or initials', findHint: 'Type a card, phone, last four digits, name or pinyin initials. Or swipe a card.', none: 'No member found', noneHint: 'Check the number, or register a new member.',
    frozen: 'Frozen', merged: 'Merged', stopped: 'Value stopped', seen_elsewhere: 'Profile elsewhere', birthday: 'Birthday today', tail: 'ends in {tail}', 
    registerTitle: 'Register a member', name: 'Name', phoneLabel: 'Phone', cardLabel: 'Card (swipe or type)', optional: 'optional', consent: 'The customer has read and agrees to the privacy terms', submit: 'Register and use', nameNeeded: 'Type a name.', phoneBad: 'A phone number has digits only.', registered: '{name} is registered', consentNeeded: 'Ask the customer for consent first.',
  },
  rail: { walkIn: 'Walk-in', add: 'Add', recall: 'Recall', member: 'Member', discount: 'Discount', clear: 'Clear', shortcuts: 'Keys', label: 'Functions' },
  hold: { title: 'Hold this basket', note: 'Note (table, name …)', submit: 'Hold', done: 'Basket held', hint: 'Any till can recall it.' },
  recall: { title: 'Recall a basket', empty: 'No basket is held', emptyHint: 'F7 holds a basket; any till can recall it later.', lines: 'no lines | 1 line | {n} lines', by: '{staff} · {till}', swapped: 'The present basket was held first; nothing is lost.', noNote: 'No note', member: 'member' },
  keypad: { label: 'Keypad', clear: 'Clear', back: 'Backspace', dot: 'Point', },
  quantity: { title: 'Quantity', weight: 'Weight ({unit})', bad: 'More than 0, three decimals at most.', submit: 'Set' },
  discount: {
    line: 'Line discount', order: 'Order discount', percent: 'By share', amount: 'By amount', fold: '{off}% off', percentLabel: 'Share taken off (%)', amountLabel: 'Amount taken off', reason: 'Reason', remove: 'No discount', submit: 'Give discount', bad: 'Type a share from 0.1 to 100.', badAmount: 'Type a right amount.', is: '{off}% off',
  },
  approval: { title: 'A shift lead must approve', staff: 'Shift lead’s number', pin: 'Shift lead’s PIN', submit: 'Approve', why: '{what}: beyond what a cashier may give. It takes effect at once, and the cashier stays signed in.' },
  pay: {
    title: 'Payment', due: 'To pay', remaining: 'Still to pay', change: 'Change', received: 'Received', paying: 'Taking the payment…', confirm: 'Finish', addPart: 'Take part', cash: 'Cash', stored_value: 'Stored value', exact: 'Exact', parts: 'Taken', removePart: 'Remove this part', amount: 'Amount',
    tenders: 'Tenders', wechat: 'WeChat', alipay: 'Alipay', card: 'Bank card', ref: 'Payment code or slip number (scan it)', refHint: 'Scan the customer’s payment code, or type the slip number', points: 'Points', storedHere: '{amount} here now', storedChain: '{amount} in the whole chain as of {time}', storedNone: 'No stored value usable here', storedNeedsMember: 'Needs a member', storedStopped: 'Stored value is stopped', storedFrozen: 'The member is frozen', bad: 'Type a right amount.', tooMuch: 'No change is given for this: {amount} at most.', free: 'Nothing to pay: just finish.', quick: 'Quick amounts',
  },
  unknown: {
    title: 'Making sure of this payment', why: 'The branch node did not answer. The till asks again under the same number, so nothing is paid twice.', kept: 'The basket is kept. Do not ring it up again or ask the customer to pay again.', wait: 'Wait a moment: you will be told as soon as the node is back.', found: 'Certain now: this payment went through.', notDone: 'Certain now: it did not go through, and the basket is kept.',
  },
  result: { done: 'Paid', change: 'Change', none: 'No change', total: 'To pay', number: 'Receipt', next: 'Next sale', hint: 'Scan the next product to begin a new sale', unsynced: 'Done offline, sent later by itself', left: 'Stored value left here {amount}', given: 'received {amount}' },
  notice: { unknownCode: 'No product has the code {code}', unknownCodeNext: 'Check the code, or look by name or initials.', network: 'The branch node does not answer.', networkKept: 'All that was rung up is kept there.', networkNext: 'Check the network, then try again.', signedOut: 'You are signed out. Sign in again; baskets are kept.', busy: 'Wait until this payment is done.', taken: 'Recalled' },
  shortcuts: {
    title: 'Shortcuts', selling: 'Selling', paying: 'Payment', pay: 'Pay', member: 'Find member', discount: 'Order discount', lineDiscount: 'Discount on the line', walkIn: 'Walk-in', hold: 'Hold', recall: 'Recall', add: 'Add a product', quantity: 'Change quantity', remove: 'Remove the line', select: 'Choose a line', enter: 'Add the product; pay when the search is empty', back: 'Back, nothing lost', sheet: 'This sheet',
    cash: 'Cash', stored: 'Stored value', external: 'Other tenders', confirm: 'Finish payment', next: 'Next sale', scan: 'Scan at any time, wherever the cursor is, also with a Chinese input method on.',
  },
}
export default messages
