/** English: paying and its result. */
import type payment from '../zh-CN/payment'

const words: typeof payment = {
  pay: {
    slip: 'Reference (as on the slip)', refNeeded: 'At least {n} letters or digits.', memberAsked: 'Any member card? Close this if not, and pay again.',
    title: 'Payment', due: 'To pay', remaining: 'Still to pay', change: 'Change', received: 'Received', paying: 'Taking the payment…', confirm: 'Finish', addPart: 'Take part', cash: 'Cash', stored_value: 'Stored value', exact: 'Exact', parts: 'Taken', removePart: 'Remove this part', amount: 'Amount',
    tenders: 'Tenders', wechat: 'WeChat', alipay: 'Alipay', card: 'Bank card', ref: 'Payment code or slip number (scan it)', refHint: 'Scan the payment code or type the slip no.', points: 'Points', storedHere: '{amount} here now', storedChain: '{amount} in the whole chain as of {time}', storedNone: 'No stored value usable here', storedNeedsMember: 'Needs a member', storedStopped: 'Stored value is stopped', storedFrozen: 'The member is frozen', bad: 'Type a right amount.', tooMuch: 'No change is given for this: {amount} at most.', free: 'Nothing to pay: just finish.', quick: 'Quick amounts',
    uses: 'Count card', unionpay: 'UnionPay', storedShort: 'Only {amount} can be used here.', pointsNeedMember: 'Needs a member', pointsNone: 'No points to redeem', pointsWorth: '{points} points for {amount}', pointsTake: '{points} of {available} points', pointsInexact: 'Whole points make {below} or {above}, with {n} points at least.', noTender: 'This shop does not take {name}.', noTenderNext: 'Choose another tender.', keepChange: 'Change into balance',
    covered: '{amount} by cards',
    gift_card: 'Gift card', giftNumber: 'Number of the gift card (scan or type it)', giftNeeded: 'Scan or type the gift card’s number.', giftHint: 'Scan the gift card', giftHere: 'This card holds {amount} here', giftEmpty: 'This card holds nothing here.', giftLook: 'Look it up', password: 'The customer types the card’s password', passwordLabel: 'Card password', passwordSubmit: 'Confirm',
    codeNeeded: 'Scan the customer’s payment code.', code: 'Payment code (scanning takes the payment)', codeHint: 'Scan the customer’s payment code',
    memberNeeded: 'This shop sells to members alone.', memberNeededNext: 'Find the member first, or register a new one.',
  },
  paperOffer: { question: 'A receipt?', print: 'Print', asked: 'On its way to the printer.' },
  result: {
    done: 'Paid', change: 'Change', none: 'No change', total: 'To pay', number: 'Receipt', next: 'Next sale', hint: 'Scan the next product to begin a new sale', unsynced: 'Done offline, sent later by itself', left: 'Stored value left here {amount}', given: 'received {amount}',
    savedChange: 'Change saved into balance',
  },
  rights: {
    short: 'Stored value lacks {amount}', beyond: '{amount} at other branches as of {time}', ask: 'Ask head office for {amount}', again: 'Ask again for {amount}', waiting: 'Asking head office for {amount}…', meanwhile: 'It takes a few seconds. You may stop and take another tender.', cancel: 'Stop waiting', silent: 'Head office has not answered.', offline: 'Offline now: head office cannot be asked.', nothing: 'Other branches hold none either.', otherwise: 'Or use less and pay the rest by another tender.',
    shortCard: 'This gift card lacks {amount}',
  },
  speech: {
    due: '{amount} to pay', paid: '{amount} paid', change: '{amount} change',
  },
  charge: {
    asking: 'Waiting for the customer ({tender})', askingWhy: 'The customer confirms it on the phone.', unknown: 'Not known yet whether it was paid ({tender})', unknownWhy: 'The provider does not answer and is asked again and again. Wait, or take another tender; what comes in is listed here and not lost.', cancelling: 'Cancelling ({tender})', cancellingWhy: 'If it was paid after all, the money goes back by itself. Another tender may be taken meanwhile.', refused: 'Not paid ({tender})', cancelled: 'Cancelled ({tender})', refunding: 'Going back ({tender})', refunded: 'Given back ({tender})', notPaid: 'No money came in. Take another tender, or scan once more.', code_declined: 'The payment was declined, no money came in. Take another tender, or scan once more.', cancel: 'Cancel it', otherwise: 'Another tender meanwhile', again: 'All right', open: 'Paid and not used', paidUnused: 'paid, not used yet', unknownShort: 'being asked', cancellingShort: 'being cancelled', use: 'Use it here', giveBack: 'Give back', waiting: 'Waiting for the customer…',
    kept: 'What the customer has paid is kept: use it at the next payment, or give it back.',
  },
}

export default words
