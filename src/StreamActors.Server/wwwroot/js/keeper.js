// Writes conversations down as they change.

import { Room } from './room.js'
import { isMine, toKeep } from './turns.js'

const soon = 300

/** Dispatches 'trouble' and 'over' of room.js. */
export class Keeper {
  #dirty = new Map()
  #forgotten = new WeakSet()
  #timer = null

  /** @param giveUp  makes room, as Room wants it; called with the turn that room is made for */
  constructor(shelf, giveUp) {
    Object.assign(this, { shelf, giveUp, room: new Room() })
  }

  /** Keeps a conversation from now on. */
  watch(conversation) {
    conversation.addEventListener('settings', () => this.keep(conversation))
    conversation.addEventListener('drop', ({ detail: turn }) => this.shelf.removeTurn(conversation.id, turn.id))
    conversation.addEventListener('keep', ({ detail: turn }) => {
      if (this.#forgotten.has(conversation) || (!isMine(turn) && !turn.left)) return
      this.#dirty.set(turn, conversation)
      if (turn.ending) this.flush()
      // Text comes many times a second; what is lost by a crash is less than one.
      else this.#timer ??= setTimeout(() => this.flush(), soon)
    })
  }

  keep(conversation) {
    const data = conversation.toJSON()
    this.room.write(() => this.shelf.putChat(data), 0, () => this.giveUp(null))
  }

  /** Writes what has changed. */
  flush() {
    clearTimeout(this.#timer)
    this.#timer = null
    const dirty = [...this.#dirty]
    this.#dirty.clear()
    for (const [turn, conversation] of dirty) {
      const data = toKeep(turn)
      this.room.write(() => this.shelf.putTurn(conversation.id, data), data.text.length + data.thought.length, () => this.giveUp(turn))
    }
  }

  /** Removes a conversation. Its last answer may still be on its way; nothing of it is written again. */
  forget(conversation) {
    this.#forgotten.add(conversation)
    for (const [turn, of] of this.#dirty) if (of === conversation) this.#dirty.delete(turn)
    this.shelf.removeChat(conversation.id)
  }
}
