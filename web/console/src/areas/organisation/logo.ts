/** A picture as the logo of papers: at most 384 dots across, black and white, a PNG as base64. */

/** Dots across 58 mm paper. */
const WIDE = 384
const HIGH = 384
/** Characters that a setting holds; the office refuses more. */
export const LOGO_CHARS = 12_000

/** Draw a file as a logo: base64 of a PNG, null when it is no picture or too rich in detail. */
export async function asLogo(file: Blob): Promise<string | null> {
  const picture = await createImageBitmap(file).catch(() => null)
  if (!picture) return null
  for (let share = 1; share >= 0.25; share *= 0.8) {
    const scale = share * Math.min(1, WIDE / picture.width, HIGH / picture.height)
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(picture.width * scale))
    canvas.height = Math.max(1, Math.round(picture.height * scale))
    const pen = canvas.getContext('2d')
    if (!pen) return null
    pen.fillStyle = '#fff'
    pen.fillRect(0, 0, canvas.width, canvas.height)
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height)
    const pixels = pen.getImageData(0, 0, canvas.width, canvas.height)
    blackAndWhite(pixels.data)
    pen.putImageData(pixels, 0, 0)
    const data = canvas.toDataURL('image/png').split(',')[1] ?? ''
    if (data && data.length <= LOGO_CHARS) return data
  }
  return null
}

/** Make each pixel (four bytes) ink or paper. */
export function blackAndWhite(bytes: Uint8ClampedArray): void {
  for (let at = 0; at + 3 < bytes.length; at += 4) {
    const light = (bytes[at] ?? 0) * 0.3 + (bytes[at + 1] ?? 0) * 0.59 + (bytes[at + 2] ?? 0) * 0.11
    bytes.fill(light < 140 ? 0 : 255, at, at + 3)
    bytes[at + 3] = 255
  }
}
