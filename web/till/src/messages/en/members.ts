/** English: members, their cards and profiles. */
import type members from '../zh-CN/members'

const words: typeof members = {
  member: {
    cardOnly: 'Swipe or scan the card', cardOnlyHint: 'Ask for the card or the member code.', allowTyping: 'Have a shift lead allow typing', typingApprove: 'Find a member by what was typed',
    walkIn: 'Walk-in', walkInHint: 'Swipe a card, scan a member code, or F3 to find', find: 'Find member', register: 'New member', change: 'Change', here: 'Here now', chain: 'Whole chain', asOf: 'as of {time}', chainUnknown: 'not known yet',
    findTitle: 'Find a member', findLabel: 'Card, phone, last four digits, name or initials', findHint: 'Type a card, phone, last four digits, name or pinyin initials. Or swipe a card, or scan a member code.', none: 'No member found', noneHint: 'Check the number, or register a new member.',
    frozen: 'Frozen', merged: 'Merged', stopped: 'Value stopped', seen_elsewhere: 'Profile elsewhere', birthday: 'Birthday today', tail: 'ends in {tail}',
    expiringMoney: '{amount} expires on {day}', expiringPoints: '{n} points expire on {day}', expiringOther: '{n} of what is held expires on {day}',
    registerTitle: 'Register a member', name: 'Name', phoneLabel: 'Phone', cardLabel: 'Card (swipe or type)', optional: 'optional', consent: 'The customer has read and agrees to the privacy terms', terms: 'Read', termsTitle: 'Privacy terms', submit: 'Register and use', registered: '{name} is registered', more: 'More about the member', moreHint: 'Birthday, gender, address and the like; they can be added later.',
    nameNeeded: 'Type a name.', nameLong: 'A name has 40 characters at most.', phoneBad: 'A phone number has 5 to 15 digits.', cardBad: 'A card number has letters, digits and hyphens, 32 at most.', consentNeeded: 'Ask the customer for consent first.', fieldNeeded: 'This is needed.', tooLong: '200 characters at most.', birthdayBad: 'Type year-month-day or month-day, e.g. 1990-08-06.', dateBad: 'Type year-month-day, e.g. 2026-11-22.', emailBad: 'Type a right e-mail address.', numberBad: 'Type a number, three decimals at most.',
    gender: 'Gender', gender_f: 'Female', gender_m: 'Male', birthdayLabel: 'Birthday', emailLabel: 'E-mail', addressLabel: 'Address', tagsLabel: 'Tags', noteLabel: 'Note', datePlace: 'YYYY-MM-DD',
    pageTitle: 'Member', pageHint: 'Find, profile, cards, balances, history', registerHint: 'A name is enough: ten seconds', open: 'Open the member', another: 'Somebody else', acts: 'Acts on the member', use: 'Use', save: 'Save profile', saved: 'Profile saved',
    stored: 'Stored value', principal: 'paid in', bonus: 'bonus', tab_overview: 'Overview', tab_profile: 'Profile', tab_sales: 'Sales', tab_topUps: 'Top-ups', tab_points: 'Points',
    day: 'Business date', state: 'State', undone: 'undone', refunded: 'returned', noSales: 'No sales in this shop yet', noTopUps: 'No top-ups in this shop yet', noPoints: 'No points moved in this shop yet', older: 'Older', hereOnly: 'Only what happened in this shop is listed.',
  },
  photo: {
    title: 'Photo', take: 'Take a photo', again: 'Take again', shoot: 'Take it', remove: 'No photo', hint: 'Helps to know the member again; optional.',
    refused: 'The browser does not allow the camera. Allow it beside the address; if this till opens the page by http, the manager should use https. All else can be filled in as usual.', none: 'This till has no camera. All else can be filled in; take the photo at another till.', used: 'Another program is using the camera. Close it and try again.', broken: 'The camera gives no picture. Check its cable and try again; all else can be filled in.',
  },
  card: {
    title: 'Cards', bind: 'Add a card', number: 'Card number', swipe: 'Swipe, scan or type', bindDo: 'Add', bound: '{card} is added', needed: 'Swipe a card or type its number.', none: 'No card yet.', lose: 'Report lost', loseWhy: '{card} cannot be used any more; the balances stay.', loseDo: 'Report as lost', lost: '{card} is reported lost',
    replace: 'Replace', replaceWhy: '{card} cannot be used once it is replaced; the balances stay.', fresh: 'New card number', replaceDo: 'Replace', nextNumber: 'Next number', replaced: 'Card replaced', replacedHint: '{card} cannot be used any more. Write the new number on the card and hand it over.', issue: 'New number', issued: 'Card number given', issuedHint: 'Write it on the card and hand it over.', password: 'Set password', changePassword: 'Change password', passwordWhy: 'Asked for when much is paid from stored value. The member types 4 to 12 digits.', passwordOld: 'Present password', passwordForgot: 'Leave empty when forgotten: a shift lead approves.', passwordNew: 'New password', passwordAgain: 'Once more', passwordDo: 'Set', passwordNone: 'No password', passwordSet: 'The password is set', passwordGone: 'No password any more', passwordDigits: 'A password has 4 to 12 digits.', passwordDiffer: 'The two differ.',
  },
  value: {
    freeze: 'Freeze', thaw: 'Unfreeze', freezeWhy: 'Stored value, points and plans cannot be used until it is undone.', thawWhy: 'Everything can be used again at once.', frozen: 'Frozen', thawed: 'Unfrozen',
    points: 'Adjust points', give: 'Add', take: 'Take off', pointsCount: 'Points', pointsBad: 'Type a whole number above 0.', pointsDo: 'Ask a shift lead', pointsDone: 'Points {n}', pointsHere: '{n} points here now',
    gift: 'Gifts', giftCosts: '{n} points', giftShort: 'too few points', giftDo: 'Hand out', giftDone: '{name} × {n} handed out', noGifts: 'The chain has no gifts set up yet.',
    undo: 'Undo top-up', undoWhy: 'Undo {number} and give back {amount}. Nothing of it may be used yet.', undoDo: 'Ask a shift lead', undone: '{number} is undone', moneyBack: 'How the money goes back', sameWay: 'As it came', inCash: 'In cash',
    transfer: 'Move value', transferTo: 'To which member', transferWhy: 'Move all stored value of {from} in this shop ({amount} now) to {to}. Points and plans stay.', transferDo: 'Ask a shift lead', transferDone: 'Moved', transferred: 'To {name}: {principal} paid in, {bonus} bonus.', elsewhere: '{amount} more lies in other shops and was not moved.', sameMember: 'That is the same member.',
  },
  why: { points1: 'Sale not counted', points2: 'To make up', points3: 'Typing mistake', undo1: 'Wrong member', undo2: 'Wrong amount or plan', undo3: 'Changed their mind', transfer1: 'Family shares it', transfer2: 'New membership', coupons1: 'To make up', coupons2: 'Birthday', coupons3: 'Given late', freeze1: 'Away for a while', freeze2: 'Health' },
  points: {
    what: 'What for', left: 'Left', other: 'Other', sale: 'Sale', refund: 'Return', release: 'Given back', top_up: 'Top-up', plan: 'Plan', points: 'Added by hand', deduct: 'Taken by hand', gift: 'Gift', undo: 'Undone', campaign: 'Campaign', transfer: 'Moved', expire: 'Expired',
  },
}

export default words
