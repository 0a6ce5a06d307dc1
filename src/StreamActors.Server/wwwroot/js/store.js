// The conversations, kept in this browser.

import { Conversation } from './conversation.js'

const place = 'streamactors.conversations'
const mostSessions = 12
const wide = matchMedia('(min-width: 800px)')

/** The list of conversations. Dispatches 'added' and 'removed' (detail: the conversation). */
export class Store extends EventTarget {
  all = []
  #prompts = new Map()

  load() {
    let kept = []
    try {
      kept = JSON.parse(localStorage.getItem(place)) ?? []
    } catch {
      // Kept by nobody we know: begin anew.
    }
    for (const data of Array.isArray(kept) ? kept : []) this.#take(new Conversation(data))
    while (this.all.length < (wide.matches ? 2 : 1)) this.add()
  }

  get full() { return this.all.length >= mostSessions }

  /** A new session, or null where there are enough. */
  add(name = this.#freeName()) {
    if (this.full) return null
    const model = this.all.at(-1)?.model ?? ''
    const conversation = new Conversation({ id: `page-${randomId()}`, name, model })
    this.#take(conversation)
    this.save()
    return conversation
  }

  remove(conversation) {
    conversation.remove()
    this.all = this.all.filter(other => other !== conversation)
    this.dispatchEvent(new CustomEvent('removed', { detail: conversation }))
    if (this.all.length === 0) this.add()
    this.save()
  }

  find(session) { return this.all.find(conversation => conversation.id === session) }

  /** The prompt of a stream that was begun here, or undefined. */
  promptOf(trace) { return this.#prompts.get(trace) }

  save() {
    try {
      localStorage.setItem(place, JSON.stringify(this.all))
    } catch {
      // No room, or none allowed: the page works on without a memory.
    }
  }

  #take(conversation) {
    this.all.push(conversation)
    for (const turn of conversation.turns) this.#prompts.set(turn.trace, turn.prompt)
    conversation.addEventListener('changed', () => this.save())
    conversation.addEventListener('turn', ({ detail: turn }) => {
      if (turn.trace) this.#prompts.set(turn.trace, turn.prompt)
      this.#saveSoon()
    })
    this.dispatchEvent(new CustomEvent('added', { detail: conversation }))
  }

  /** Text comes many times a second; what is lost by a crash is less than one. */
  #saveSoon() {
    this.timer ??= setTimeout(() => {
      this.timer = null
      this.save()
    }, 300)
  }

  #freeName() {
    const taken = new Set(this.all.map(conversation => conversation.name))
    let number = 1
    while (taken.has(`Chat ${number}`)) number++
    return `Chat ${number}`
  }
}

const randomId = () => Array.from(crypto.getRandomValues(new Uint8Array(6)), byte => byte.toString(16).padStart(2, '0')).join('')
