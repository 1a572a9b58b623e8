/** A photo by the till's camera: why there is none, and a JPEG small enough for the node. */

/** Bound of the node, bytes. */
export const PHOTO_MAX = 24 * 1024
/** Edge of the square photo, pixels: the largest tried first. */
const EDGES = [240, 200, 160, 120]
const QUALITIES = [0.85, 0.7, 0.55, 0.4]

/** Why there is no picture, a message's key. */
export function whyNot(error: unknown): string {
  const name = error instanceof Error || error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'photo.refused'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'photo.none'
  return name === 'NotReadableError' ? 'photo.used' : 'photo.broken'
}

/** Start the camera; a page that was not fetched safely has none by the browser's rule. */
export async function startCamera(): Promise<MediaStream> {
  const { mediaDevices } = navigator as { mediaDevices?: MediaDevices }
  if (!mediaDevices) throw new DOMException('', 'SecurityError')
  return mediaDevices.getUserMedia({ video: { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: 'user' }, audio: false })
}

/** The bytes of a base64 text. */
export const bytesOf = (base64: string): number => Math.floor((base64.replace(/=+$/, '').length * 3) / 4)

/** Draws the picture as a square of an edge and writes it as JPEG, base64, of a quality from 0 to 1. */
export type Draw = (edge: number, quality: number) => string

/** The best JPEG that is small enough; '' when even the smallest is too large. */
export function smallEnough(draw: Draw, most = PHOTO_MAX): string {
  for (const edge of EDGES) {
    for (const quality of QUALITIES) {
      const photo = draw(edge, quality)
      if (photo && bytesOf(photo) <= most) return photo
    }
  }
  return ''
}

/** Take the middle square of what the video shows. */
export function fromVideo(video: HTMLVideoElement): Draw {
  const side = Math.min(video.videoWidth, video.videoHeight)
  const [left, top] = [(video.videoWidth - side) / 2, (video.videoHeight - side) / 2]
  return (edge, quality) => {
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = edge
    canvas.getContext('2d')?.drawImage(video, left, top, side, side, 0, 0, edge, edge)
    return canvas.toDataURL('image/jpeg', quality).split(',')[1] ?? ''
  }
}
