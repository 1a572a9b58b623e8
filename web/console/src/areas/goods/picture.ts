/** Making a picture small enough for every till of a chain: 400 pixels at most, and 48 KiB. */

const SIDE = 400
const BYTES = 48 * 1024
const QUALITIES = [0.85, 0.7, 0.5, 0.3]

/** The picture as base64 of a WebP or JPEG of at most 48 KiB; null for what no browser can show. */
export async function shrunk(file: Blob): Promise<string | null> {
  let image: ImageBitmap
  try {
    image = await createImageBitmap(file)
  } catch {
    return null
  }
  const scale = Math.min(1, SIDE / Math.max(image.width, image.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(image.width * scale))
  canvas.height = Math.max(1, Math.round(image.height * scale))
  const pen = canvas.getContext('2d')
  if (!pen) return null
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.drawImage(image, 0, 0, canvas.width, canvas.height)
  image.close()
  for (const quality of QUALITIES) {
    const made = await new Promise<Blob | null>((take) => canvas.toBlob(take, 'image/webp', quality))
    if (made && made.size <= BYTES) return base64(new Uint8Array(await made.arrayBuffer()))
  }
  return null
}

/** Bytes as base64, as the office takes them. */
export function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(text)
}
