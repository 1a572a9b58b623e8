/** English: timed sessions. */
import type timed from '../zh-CN/timed'

const words: typeof timed = {
  timed: {
    title: 'Timed sessions', hint: 'Start, pause and bill time', start: 'Start a session', what: 'What is timed', noItems: 'Nothing is billed by time yet: ask the manager to set it up.', price: '{amount} per {minutes} min', label: 'Place or number', labelHint: 'e.g. room 3', labelLong: 'At most 32 characters.', forMember: 'For member {name}', go: 'Start',
    running: 'Running now', empty: 'Nothing runs now', emptyHint: 'Choose what is timed at the left; billing adds it to the basket.', paused: 'Paused', steps: 'no step billed yet | {n} step billed | {n} steps billed', pause: 'Pause', resume: 'Go on', bill: 'Bill', free: 'Within the free time: nothing to pay.',
    end: 'Cancel', endWhat: 'Cancel session: {name}', endWhy: 'This session will not be billed; a shift lead has to agree.', endDo: 'Cancel it', r1: 'Started by mistake', r2: 'Not used',
  },
}

export default words
