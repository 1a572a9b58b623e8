/** How the files of one language become its words: `<language>/<area>.ts` holds what is under the key `<area>.`. */
export type Words = { [key: string]: string | Words }

export function gather(files: Record<string, Words>): Words {
  return Object.fromEntries(Object.entries(files).map(([path, words]) => [path.split('/').at(-1)?.replace('.ts', '') ?? '', words]))
}
