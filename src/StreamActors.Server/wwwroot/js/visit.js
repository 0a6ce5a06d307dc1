// This page load, told apart from all others of this browser. Each has sessions of its own at the server: a second tab, a duplicated
// or a reloaded one never takes another one's place.

/** Twelve hexadecimal digits. */
export const randomId = () => Array.from(crypto.getRandomValues(new Uint8Array(6)), byte => byte.toString(16).padStart(2, '0')).join('')

/** This page load's name. Not kept anywhere: what is kept in a tab is copied when the tab is duplicated. */
export const visit = randomId()

/** This page load's session of a conversation. */
export const sessionOf = conversation => `page-${visit}-${conversation}`

/** Whose session it is: {visit, conversation}; null where no page made it. */
export function ownerOf(session) {
  const [, visit, conversation] = /^page-([0-9a-f]{12})-(.+)$/.exec(session) ?? []
  return visit ? { visit, conversation } : null
}
