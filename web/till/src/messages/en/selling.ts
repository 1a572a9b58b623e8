/** English: the selling screen and its dialogs. */
import type selling from '../zh-CN/selling'

const words: typeof selling = {
  basket: {
    title: 'Basket', empty: 'Scan a product, or pick one on the right', saved: 'Saved', rounding: 'Rounding', total: 'To pay',
    pay: 'Pay', hold: 'Hold', items: 'No lines | 1 line | {n} lines', quantity: 'Qty', discount: 'Disc.', remove: 'Remove', more: 'One more', less: 'One less', noPrice: 'This basket has no price now: remove the product in question.',
    clearTitle: 'Clear this basket?', clearWhy: '{n} lines will be removed for good.', clearDo: 'Clear', list: 'Lines',
    emptyHint: '{key} to type a barcode, name or initials',
  },
  steps: {
    list: 'List price', open_price: 'Open amount', override: 'Price set', level: 'Member price', tier: 'Tier discount', line_discount: 'Line discount', order_discount: 'Order discount', rounding: 'Rounding', other: 'Discount',
    promotion: 'Promotion', plan: 'Card used',
  },
  search: {
    label: 'Add a product', none: 'Nothing found for “{q}”', noneHint: 'Check it, or try a name, number or pinyin initials.', clear: 'Clear',
    placeholder: 'Barcode / name / initials ({key})',
  },
  grid: { all: 'All', empty: 'No products yet', emptyHint: 'The manager enters products first, or head office sends them.', more: 'More products', categories: 'Categories', perUnit: '/{unit}' },
  choose: { title: 'Several products share this code', why: 'Pick the one the customer holds.' },
  more: { title: 'More', members: 'Members', sales: 'Sales', shift: 'Shift', system: 'System' },
  rail: {
    more: 'More', walkIn: 'Walk-in', add: 'Add', recall: 'Recall', member: 'Member', discount: 'Discount', clear: 'Clear', shortcuts: 'Keys', label: 'Functions',
    quick: 'Quick',
  },
  hold: { title: 'Hold this basket', note: 'Note (table, name …)', submit: 'Hold', done: 'Basket held', hint: 'Any till can recall it.' },
  recall: {
    title: 'Recall a basket', empty: 'No basket is held', lines: 'no lines | 1 line | {n} lines', by: '{staff} · {till}', swapped: 'The present basket was held first; nothing is lost.', noNote: 'No note', member: 'member',
    emptyHint: '{key} holds a basket; any till can recall it later.', others: 'Open at other tills', othersHint: 'Take one over if its till has broken down; it is no longer there then.', take: 'Take over', takeWhat: 'Taking over a basket of till {till}',
  },
  quantity: {
    title: 'Quantity', weight: 'Weight ({unit})', bad: 'More than 0, three decimals at most.', 
    weighing: 'Waiting for a steady weight…', weigh: 'Take from the scale',
    emptyScale: 'Nothing lies on the scale. Put the goods on it, or type the weight.',
    submit: 'OK',
  },
  discount: {
    line: 'Line discount', order: 'Order discount', percent: 'By share', amount: 'By amount', fold: '{off}% off', percentLabel: 'Share taken off (%)', amountLabel: 'Amount taken off', reason: 'Reason', remove: 'No discount', submit: 'Give discount', bad: 'Type a share from 0.1 to 100.', badAmount: 'Type a right amount.', is: '{off}% off',
  },
  line: {
    open: 'More for this line', price: 'Set price', note: 'Note', attendant: 'Served by', weight: 'Weight', remove: 'Remove from basket',
  },
  explain: {
    title: 'How this price came about', whole: 'The price of this basket', subtotal: 'At list prices', sum: 'This line', tapLine: 'Touch a line to see its own steps.', list: 'List price {price} × {quantity}', label: 'As printed on the label', open_price: 'Open price {price} × {quantity}', override: 'Price set to {price}', level: 'Member price {price}', tier: 'Tier discount {off}', promotion: 'Promotion: {name}', promotionPart: 'Promotion: {name} (for {quantity} of them)', line_discount: 'Line discount {off}', order_discount: 'Order discount {off}', plan: '{name}: {n} used', by: ' (approved by {staff})',
    covered: 'By cards',
  },
  near: {
    title: 'Nearly reached', or: ' or ', amongOthers: '{goods} and others', amount: '{amount} more', amountOf: '{amount} more of {goods}', pieces: '{n} more', piecesOf: '{n} more of {goods}', gift: '{n} more to take', giftOf: '{n} × {goods} to take', saves: ' saves {amount} ({name})', for: ' for “{name}”',
  },
  price: {
    label: 'Price per {unit}', piece: 'piece', why: 'It is {amount} now. A shift lead approves another price, and the receipt says so.', submit: 'Set price', remove: 'Back to its own price',
  },
  note: {
    label: 'How it is wanted, a size …', submit: 'Save',
  },
  attendant: {
    title: 'Served by', none: 'There is no list of staff yet.', hint: 'Several may be chosen, {n} a line at most.', all: 'Whole basket and what follows', line: 'This line only',
  },
  quick: {
    title: 'Quick sale', why: 'An amount without goods.', amount: 'Amount', fixed: 'Usual amounts: touch one to be paid', submit: 'To payment', busy: 'This basket is not paid yet.', busyNext: 'Take its payment or hold it first.',
  },
  tickets: {
    title: 'Open tickets', new: 'New ticket', label: 'Table, number or name', labelNeeded: 'Give the ticket a name.', begin: 'Open ticket', since: '{time} ago', empty: 'No ticket is open.', putBack: 'Put back', choose: 'Touch a ticket, or open a new one', chooseHint: 'Add to it at any time, take the payment last',
  },
  shortcuts: {
    title: 'Shortcuts', selling: 'Selling', paying: 'Payment', confirm: 'Finish payment', scan: 'Scan at any time, wherever the cursor is, also with a Chinese input method on.',
    enter: 'Add the product; pay when the search is empty', pay: 'Pay', member: 'Find member', 'order-discount': 'Order discount', 'walk-in': 'Walk-in', hold: 'Hold', recall: 'Recall', add: 'Add a product', quick: 'Quick sale', more: 'More', line: 'Open the chosen line', quantity: 'Change quantity', 'line-discount': 'Discount on the line', remove: 'Remove the line', up: 'Line above', down: 'Line below', back: 'Back, nothing lost', sheet: 'This sheet',
    coupons: 'Coupons and cards',
  },
  cover: {
    title: 'The member’s cards', use: 'Use {name}', remove: 'Not by {name}', cards: 'Cards', none: 'No card to use.', left: '{n} here', chain: '{n} in the whole chain', useAll: 'Cover {n} lines', many: 'Cards {n}', unusable: 'Cannot be used now', expired: 'Expired', frozen: 'Frozen',
    minutes: '{n} minutes here', today: '{n} more today', elsewhere: 'Its uses lie elsewhere', ask: 'Ask head office for 1', asked: 'Asking head office…', not_begun: 'Not begun yet', over: 'Ended', per_day_reached: 'Used up for today', member_frozen: 'The member is frozen', unknown_plan: 'This shop does not know it',
  },
  benefits: {
    title: 'Coupons and cards', coupons: 'Coupons', none: 'No coupon to use.', here: '{n} here', until: 'until {day}', less: 'One {name} less', more: 'Use one {name}', done: 'Done', many: 'Coupons {n}', not_here: 'There are no more of them here', unknown: 'No promotion takes it', not_for_customer: 'Not for this customer', not_running: 'Its promotion does not run now', too_many: 'Too many of them in one basket', nothing: 'It lowers nothing in this basket', twice: 'This one is used already',
  },
}

export default words
