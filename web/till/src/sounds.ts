/** Short tones: scan ok, scan unknown, paid, refused. They can be muted; a browser without sound stays silent. */
import { ref } from 'vue'

export type Tone = 'scan' | 'unknown' | 'paid' | 'refused'

/** Hertz and seconds of each tone's notes. */
const NOTES: Record<Tone, [number, number][]> = {
  scan: [[1320, 0.05]],
  unknown: [[330, 0.12], [330, 0.12]],
  paid: [[880, 0.08], [1320, 0.14]],
  refused: [[300, 0.2]],
}
const KEY = 'stayopen.sound'

export const muted = ref(localStorage.getItem(KEY) === 'off')
let context: AudioContext | null = null

/** Mute or unmute, remembered on this till. */
export function setMuted(value: boolean): void {
  muted.value = value
  localStorage.setItem(KEY, value ? 'off' : 'on')
}

/** Play a tone. */
export function play(tone: Tone): void {
  if (muted.value || typeof AudioContext === 'undefined' || !navigator.userActivation.hasBeenActive) return
  context ??= new AudioContext()
  let at = context.currentTime
  for (const [hertz, seconds] of NOTES[tone]) {
    const oscillator = context.createOscillator()
    const gain = context.createGain()
    oscillator.frequency.value = hertz
    gain.gain.setValueAtTime(0.12, at)
    gain.gain.exponentialRampToValueAtTime(0.001, at + seconds)
    oscillator.connect(gain).connect(context.destination)
    oscillator.start(at)
    oscillator.stop(at + seconds)
    at += seconds + 0.03
  }
}
