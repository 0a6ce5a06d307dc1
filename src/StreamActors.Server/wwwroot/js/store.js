// The sessions on this page: those that are open, and those that were closed and can be opened again.

import { History } from './history.js'
import { randomId } from './visit.js'

const mostSessions = 12
const wide = matchMedia('(min-width: 800px)')
/** So long the answers of a closed session go on. */
export const goesOn = 10_000
/** Two tabs that begin at the same time begin with the same. */
const first = [{ id: 'first', name: 'Chat 1', at: 1 }, { id: 'second', name: 'Chat 2', at: 2 }]

/** Dispatches 'added' and 'removed' (detail: the conversation) for those that are open, and 'closed' when those that were closed change. */
export class Store extends EventTarget {
  all = []
  closed = []
  history = new History()
  #ends = new Map()

  load() {
    this.history.addEventListener('known', ({ detail }) => this.#place(detail))
    this.history.addEventListener('changed', ({ detail }) => this.#place(detail))
    this.history.addEventListener('gone', ({ detail }) => this.#gone(detail))
    this.history.load()
    if (this.history.all.length === 0) first.slice(0, wide.matches ? 2 : 1).forEach(data => this.history.add({ ...data, model: '' }))
    while (this.all.length < (wide.matches ? 2 : 1)) this.add()
  }

  get full() { return this.all.length >= mostSessions }

  /** A new session, or null where there are enough. */
  add() {
    if (this.full) return null
    const newest = this.all.at(-1)
    return this.history.add({ id: randomId(), name: this.#freeName(), model: newest?.model ?? '', at: Math.max(Date.now(), (newest?.at ?? 0) + 1) })
  }

  /** Closes a session. It can be opened again; what streams in it goes on for a while. */
  close(conversation) {
    conversation.set({ closed: Date.now() })
    if (this.all.length === 0) this.add()
  }

  /** Opens it again, whole. */
  reopen(conversation) { conversation.set({ closed: 0 }) }

  /** Throws a closed session away. */
  forget(conversation) { this.history.forget(conversation) }

  #place(conversation) {
    const { closed } = conversation
    if (!closed && this.all.includes(conversation)) return
    if (closed && this.closed.includes(conversation)) return this.dispatchEvent(new Event('closed'))
    if (closed) {
      if (this.all.includes(conversation)) this.#remove(conversation)
      this.closed.push(conversation)
      this.#ends.set(conversation, setTimeout(() => conversation.end(), goesOn))
    } else {
      this.#unclose(conversation)
      this.all.push(conversation)
      this.all.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
      this.dispatchEvent(new CustomEvent('added', { detail: conversation }))
    }
    this.dispatchEvent(new Event('closed'))
  }

  #gone(conversation) {
    if (this.all.includes(conversation)) this.#remove(conversation)
    this.#unclose(conversation)
    this.dispatchEvent(new Event('closed'))
    if (this.all.length === 0) this.add()
  }

  #remove(conversation) {
    this.all = this.all.filter(other => other !== conversation)
    this.dispatchEvent(new CustomEvent('removed', { detail: conversation }))
  }

  #unclose(conversation) {
    clearTimeout(this.#ends.get(conversation))
    this.#ends.delete(conversation)
    this.closed = this.closed.filter(other => other !== conversation)
  }

  #freeName() {
    const taken = new Set([...this.all, ...this.closed].map(conversation => conversation.name))
    let number = 1
    while (taken.has(`Chat ${number}`)) number++
    return `Chat ${number}`
  }
}
