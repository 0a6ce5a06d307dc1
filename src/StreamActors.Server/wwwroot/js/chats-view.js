// All sessions side by side.

import { el, setText } from './dom.js'
import { ChatView } from './chat-view.js'
import { ClosedView, wordsFor } from './closed-view.js'

export class ChatsView {
  #views = new Map()

  constructor(store, models) {
    Object.assign(this, { store, models })
    this.live = el('p', { class: 'visually-hidden', 'aria-live': 'polite' })
    this.cards = el('div', { class: 'cards' })
    this.add = el('button', { type: 'button', id: 'add-session', title: 'New session (Alt+N)', onclick: () => this.addSession() }, '+ New session')
    this.closed = new ClosedView(store, { reopen: conversation => this.reopen(conversation), forget: conversation => this.#forget(conversation) })
    this.element = el('section', { class: 'chats', 'aria-labelledby': 'chats-title' },
      el('header', {}, el('h2', { id: 'chats-title' }, 'Sessions'), this.add, this.closed.element), this.cards, this.live)
    store.addEventListener('added', ({ detail }) => this.#added(detail))
    store.addEventListener('removed', ({ detail }) => this.#removed(detail))
    models.addEventListener('changed', () => this.#views.forEach(view => view.drawModels()))
    store.all.forEach(conversation => this.#added(conversation))
  }

  addSession() {
    const conversation = this.store.add()
    if (conversation) this.#views.get(conversation).focus()
    return conversation
  }

  /** Opens a closed session again; without one, that which was closed last. */
  reopen(conversation = [...this.store.closed].sort((a, b) => b.closed - a.closed)[0]) {
    if (!conversation) return
    this.store.reopen(conversation)
    this.focus(conversation)
    this.#say(`“${conversation.name}” is open again.`)
  }

  /** The session that has the focus, or null. */
  get focused() {
    for (const [conversation, view] of this.#views) if (view.element.contains(document.activeElement)) return conversation
    return null
  }

  focus(conversation) {
    const view = this.#views.get(conversation)
    view?.focus()
    view?.element.scrollIntoView({ block: 'nearest' })
  }

  /** Goes to the next session, or the one before. */
  move(step) {
    const { all } = this.store
    const at = all.indexOf(this.focused)
    this.focus(all[at < 0 ? 0 : (at + step + all.length) % all.length])
  }

  #close(conversation) {
    const words = wordsFor(conversation)
    this.store.close(conversation)
    this.closed.focus(conversation)
    this.#say(`${words} Undo brings it back.`)
  }

  #forget(conversation) {
    this.store.forget(conversation)
    this.focus(this.store.all[0])
    this.#say(`“${conversation.name}” was thrown away.`)
  }

  #added(conversation) {
    const view = new ChatView(conversation, this.models, { close: () => this.#close(conversation), say: text => this.#say(text) })
    this.#views.set(conversation, view)
    this.cards.insertBefore(view.element, this.cards.children[this.store.all.indexOf(conversation)] ?? null)
    this.add.disabled = this.store.full
  }

  #removed(conversation) {
    this.#views.get(conversation).element.remove()
    this.#views.delete(conversation)
    this.add.disabled = this.store.full
  }

  #say(text) { setText(this.live, text) }
}
