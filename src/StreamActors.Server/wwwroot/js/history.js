// All conversations of this browser, the closed ones too: one history, whichever tab adds to it.

import { Conversation } from './conversation.js'
import { Keeper } from './keeper.js'
import { migrate } from './legacy.js'
import { Shelf } from './shelf.js'
import { isMine } from './turns.js'
import { ownerOf, visit } from './visit.js'
import { Visits } from './visits.js'

/** So long a closed session can be opened again. */
const reopens = 3600_000
const lookAgain = 2000

/** Dispatches 'known' and 'gone' (detail: the conversation), and 'changed' (detail: the conversation) where its name, its turns or whether it is closed did. */
export class History extends EventTarget {
  #known = new Map()
  #prompts = new Map()
  #others = new Map()
  #visits = new Visits()
  #shelf = new Shelf()
  #keeper = new Keeper(this.#shelf, turn => this.#giveUp(turn))

  get all() { return [...this.#known.values()] }

  /** Dispatches 'trouble' and 'over' where the browser keeps nothing more. */
  get room() { return this.#keeper.room }

  /** Reads what is kept, and follows what other tabs do. */
  load() {
    this.sync()
    this.#shelf.addEventListener('chat', ({ detail: { id, data } }) => data ? this.#take(data) : this.#gone(this.#known.get(id)))
    this.#shelf.addEventListener('turn', ({ detail: { chat, id, data } }) => this.#known.get(chat)?.take(data, id))
    setInterval(() => this.#look(), lookAgain)
  }

  /** Reads all that is kept: at first, and after a time in which the browser had put this page aside. */
  sync() {
    let kept = { chats: [], turns: [] }
    try {
      migrate(this.#shelf)
      kept = this.#shelf.read()
    } catch {
      // The browser keeps nothing for this page; that is told when there is something to keep.
    }
    for (const data of kept.chats.sort((a, b) => a.at - b.at)) {
      if (data.closed && data.closed < Date.now() - reopens) this.#shelf.removeChat(data.id)
      else this.#take(data)
    }
    for (const { chat, data } of kept.turns) this.#known.get(chat)?.take(data)
    this.#look()
  }

  /** Begins a conversation, or finds the one that another tab has begun by that name of its own. */
  add(data) {
    const conversation = this.#take(data)
    this.#keeper.keep(conversation)
    return conversation
  }

  find(id) { return this.#known.get(id) }

  /** Whose session it is: {conversation, elsewhere}; null where it is none of this browser's. */
  ofSession(session) {
    const owner = ownerOf(session)
    const conversation = owner && this.#known.get(owner.conversation)
    return conversation ? { conversation, elsewhere: this.#isElsewhere(owner.visit) } : null
  }

  /** The prompt of a stream that was begun in this browser, or undefined. */
  promptOf(trace) { return this.#prompts.get(trace) }

  /** Throws a conversation away. */
  forget(conversation) { this.#gone(conversation) }

  /** Writes what is not written yet. */
  save() { this.#keeper.flush() }

  /** The page goes: what runs here ends with it. */
  leave() {
    for (const conversation of this.all) {
      for (const turn of conversation.turns) if (!turn.ending && isMine(turn)) conversation.leave(turn)
    }
    this.save()
  }

  #take(data) {
    const known = this.#known.get(data.id)
    if (known) {
      known.takeSettings(data)
      return known
    }
    const conversation = new Conversation(data)
    this.#known.set(data.id, conversation)
    this.#keeper.watch(conversation)
    conversation.addEventListener('turn', ({ detail: turn }) => { if (turn.trace) this.#prompts.set(turn.trace, turn.prompt) })
    // One that was thrown away still learns how its last answer ends.
    conversation.addEventListener('changed', () => { if (this.#known.get(data.id) === conversation) this.#tell('changed', conversation) })
    this.#tell('known', conversation)
    return conversation
  }

  /** Whether it is another tab's, and not an earlier page's of this one: true once it has answered. */
  #isElsewhere(other) {
    if (other !== visit && !this.#others.has(other)) {
      this.#others.set(other, false)
      this.#visits.isThere(other).then(there => this.#others.set(other, there))
    }
    return this.#others.get(other) ?? false
  }

  #gone(conversation) {
    if (!this.#known.delete(conversation?.id)) return
    this.#keeper.forget(conversation)
    conversation.end()
    this.#tell('gone', conversation)
  }

  /** What other page loads left unfinished, as they were closed or crashed, ends here. */
  #look() {
    for (const conversation of this.all) {
      for (const turn of conversation.turns) if (!turn.ending && !isMine(turn)) this.#lookAfter(conversation, turn)
    }
  }

  async #lookAfter(conversation, turn) {
    if (!await this.#visits.isThere(turn.tab) && !turn.ending) conversation.leave(turn)
  }

  /** The oldest there is goes first: what was closed, then what was said. */
  #giveUp(but) {
    const [closed] = this.all.filter(one => one.closed).sort((a, b) => a.closed - b.closed)
    if (closed) {
      this.forget(closed)
      return 0
    }
    const oldest = this.all.flatMap(conversation => conversation.turns.map(turn => ({ conversation, turn })))
      .filter(({ turn }) => turn.ending && turn !== but).sort((a, b) => a.turn.at - b.turn.at)[0]
    if (!oldest) return null
    oldest.conversation.drop(oldest.turn)
    return 1
  }

  #tell(type, detail) { this.dispatchEvent(new CustomEvent(type, { detail })) }
}
