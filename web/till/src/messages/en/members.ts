/** English: members. */
import type members from '../zh-CN/members'

const words: typeof members = {
  member: {
    walkIn: 'Walk-in', walkInHint: 'Swipe a card, scan a member code, or F3 to find', find: 'Find member', register: 'New member', change: 'Change', here: 'Here now', chain: 'Whole chain', asOf: 'as of {time}', chainUnknown: 'not known yet',
    findTitle: 'Find a member', findLabel: 'Card, phone, last four digits, name or initials', findHint: 'Type a card, phone, last four digits, name or pinyin initials. Or swipe a card.', none: 'No member found', noneHint: 'Check the number, or register a new member.',
    frozen: 'Frozen', merged: 'Merged', stopped: 'Value stopped', seen_elsewhere: 'Profile elsewhere', birthday: 'Birthday today', tail: 'ends in {tail}', 
    registerTitle: 'Register a member', name: 'Name', phoneLabel: 'Phone', cardLabel: 'Card (swipe or type)', optional: 'optional', consent: 'The customer has read and agrees to the privacy terms', submit: 'Register and use', nameNeeded: 'Type a name.', phoneBad: 'A phone number has digits only.', registered: '{name} is registered', consentNeeded: 'Ask the customer for consent first.',
  },
}

export default words
