/** English: the frame: sign-in, status, menu, notices. */
import type frame from '../zh-CN/frame'

const words: typeof frame = {
  colon: ': ',
  app: { name: 'StayOpen', loading: 'Opening the till…', close: 'Close', back: 'Back', cancel: 'Cancel', },
  signIn: {
    title: 'Sign in', staff: 'Staff number', pin: 'PIN', submit: 'Sign in', till: 'Till', tillHint: 'Lower-case letters, digits and hyphens, 16 at most; each screen has a name of its own.',
    changeTill: 'Rename', tillSave: 'Remember', tillBad: 'Use lower-case letters, digits and hyphens, beginning with a letter or digit.', need: 'Type staff number and PIN.', pinShort: 'A PIN has 4 to 12 digits.',
  },
  pin: {
    title: 'Change your first PIN', why: 'Somebody else knows your first PIN. Choose one only you know, then you can sell.', old: 'Present PIN', fresh: 'New PIN', again: 'New PIN again',
    submit: 'Change PIN', differ: 'The two new PINs differ.', digits: 'A PIN has 4 to 12 digits.',
  },
  status: {
    shift: 'Shift', online: 'Online', standalone: 'Single shop', offlineSince: 'Offline since {time}', unsent: '{n} unsent',
    lost: 'The branch node does not answer, connecting…', offlineTitle: 'The line to head office', offlineOk: 'Sell as usual: scanning, cash, and the stored value usable here all work.',
    offlineCannot: 'Not for now: stored value held by other branches, the newest balance of the whole chain.', offlineLater: 'Everything is sent by itself when the line is back.', oldest: 'the oldest is {time} old',
    onlineOk: 'All is well and in step with head office.', sending: '{n} being sent.', standaloneOk: 'A single shop: everything is kept on its own node.', lostWhy: 'All that was rung up is kept on the branch node. Check its cable and power.',
    stopped: 'Stored value is stopped', clock: 'The node’s clock is wrong: tell the manager.', printing: '{n} receipts wait to be printed', devices: '{n} devices in trouble', clearing: 'Take cash or other tenders meanwhile.',
  },
  menu: {
    open: 'Menu', language: 'Language', theme: 'Appearance', auto: 'Auto', light: 'Light', dark: 'Dark', sound: 'Sounds', on: 'On', off: 'Off', shortcuts: 'Shortcuts', signOut: 'Sign out',
    tickets: 'Order mode',
  },
  notice: { unknownCode: 'No product has the code {code}', unknownCodeNext: 'Check the code, or look by name or initials.', network: 'The branch node does not answer.', networkKept: 'All that was rung up is kept there.', networkNext: 'Check the network, then try again.', signedOut: 'You are signed out. Sign in again; baskets are kept.', busy: 'Wait until this payment is done.', taken: 'Recalled' },
  keypad: { label: 'Keypad', clear: 'Clear', back: 'Backspace', dot: 'Point', },
  approval: { title: 'A shift lead must approve', staff: 'Shift lead’s number', pin: 'Shift lead’s PIN', submit: 'Approve', why: '{what}: beyond what a cashier may give. It takes effect at once, and the cashier stays signed in.' },
  unknown: {
    title: 'Making sure of this payment', why: 'The branch node did not answer. The till asks again under the same number, so nothing is paid twice.', kept: 'The basket is kept. Do not ring it up again or ask the customer to pay again.', wait: 'Wait a moment: you will be told as soon as the node is back.', found: 'Certain now: this payment went through.', notDone: 'Certain now: it did not go through, and the basket is kept.',
    lookUp: 'What became of the last payment is not known.', lookUpNext: 'Look it up among the sales before taking it again.',
  },
}

export default words
