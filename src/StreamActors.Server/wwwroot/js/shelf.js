// What this browser keeps: each conversation and each of its turns under a key of its own.

const chatKey = id => `streamactors.chat/${id}`
const turnKey = (chat, id) => `streamactors.turn/${chat}/${id}`
const pattern = /^streamactors\.(chat|turn)\/([^/]+)(?:\/(.+))?$/

const parse = text => {
  try {
    const data = JSON.parse(text)
    return data && typeof data === 'object' ? data : null
  } catch {
    return null
  }
}

/**
 * Tabs share a browser's storage, and nothing locks it: what is read, changed and written back loses what another tab wrote between. So
 * a turn is written by the tab that asked for it and by no other, and nothing is ever written that holds two tabs' turns.
 *
 * Dispatches what another tab did: 'chat' (detail: {id, data}) and 'turn' (detail: {chat, id, data}), data null where it was removed.
 */
export class Shelf extends EventTarget {
  constructor() {
    super()
    addEventListener('storage', ({ key, newValue, storageArea }) => {
      const [, kind, chat, turn] = pattern.exec(key ?? '') ?? []
      if (!kind || storageArea !== localStorage) return
      const data = newValue === null ? null : parse(newValue)
      this.dispatchEvent(new CustomEvent(kind, { detail: kind === 'chat' ? { id: chat, data } : { chat, id: turn, data } }))
    })
  }

  /** All there is: {chats, turns}, turns with the chat each belongs to. Throws where the browser keeps nothing. */
  read() {
    const chats = []
    const turns = []
    for (const key of Object.keys(localStorage)) {
      const [, kind, chat] = pattern.exec(key) ?? []
      const data = kind && parse(localStorage.getItem(key))
      if (data) (kind === 'chat' ? chats : turns).push(kind === 'chat' ? data : { chat, data })
    }
    return { chats, turns }
  }

  /** These throw where there is no room, or none allowed. */
  putChat(data) { localStorage.setItem(chatKey(data.id), JSON.stringify(data)) }

  putTurn(chat, data) { localStorage.setItem(turnKey(chat, data.id), JSON.stringify(data)) }

  removeTurn(chat, id) { this.#remove(turnKey(chat, id)) }

  removeChat(id) {
    this.#remove(chatKey(id))
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(turnKey(id, ''))) this.#remove(key)
    } catch {
      // None allowed: none there.
    }
  }

  #remove(key) {
    try {
      localStorage.removeItem(key)
    } catch {
      // None allowed: none there.
    }
  }
}
