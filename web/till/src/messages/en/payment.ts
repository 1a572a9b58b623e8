/** English: paying and its result. */
import type payment from '../zh-CN/payment'

const words: typeof payment = {
  pay: {
    title: 'Payment', due: 'To pay', remaining: 'Still to pay', change: 'Change', received: 'Received', paying: 'Taking the payment…', confirm: 'Finish', addPart: 'Take part', cash: 'Cash', stored_value: 'Stored value', exact: 'Exact', parts: 'Taken', removePart: 'Remove this part', amount: 'Amount',
    tenders: 'Tenders', wechat: 'WeChat', alipay: 'Alipay', card: 'Bank card', ref: 'Payment code or slip number (scan it)', refHint: 'Scan the customer’s payment code, or type the slip number', points: 'Points', storedHere: '{amount} here now', storedChain: '{amount} in the whole chain as of {time}', storedNone: 'No stored value usable here', storedNeedsMember: 'Needs a member', storedStopped: 'Stored value is stopped', storedFrozen: 'The member is frozen', bad: 'Type a right amount.', tooMuch: 'No change is given for this: {amount} at most.', free: 'Nothing to pay: just finish.', quick: 'Quick amounts',
  },
  result: { done: 'Paid', change: 'Change', none: 'No change', total: 'To pay', number: 'Receipt', next: 'Next sale', hint: 'Scan the next product to begin a new sale', unsynced: 'Done offline, sent later by itself', left: 'Stored value left here {amount}', given: 'received {amount}' },
}

export default words
