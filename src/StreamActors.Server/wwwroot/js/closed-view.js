// The sessions that were closed, each with a way back.

import { el, setText, show } from './dom.js'
import { goesOn } from './store.js'

const mostShown = 3

export class ClosedView {
  /** @param actions  reopen(conversation), forget(conversation) */
  constructor(store, actions) {
    Object.assign(this, { store, actions, items: new Map() })
    this.element = el('ul', { class: 'closed', 'aria-label': 'Closed sessions' })
    store.addEventListener('closed', () => this.#draw())
    this.#draw()
  }

  /** To the button that opens the session again. */
  focus(conversation) { this.items.get(conversation)?.querySelector('button').focus() }

  #draw() {
    const shown = [...this.store.closed].sort((a, b) => b.closed - a.closed).slice(0, mostShown)
    for (const [conversation, item] of this.items) {
      if (shown.includes(conversation)) continue
      item.remove()
      this.items.delete(conversation)
    }
    for (const conversation of shown) if (!this.items.has(conversation)) this.items.set(conversation, this.#item(conversation))
    this.element.prepend(...shown.map(conversation => this.items.get(conversation)).filter(item => !item.isConnected))
    for (const [conversation, item] of this.items) setText(item.querySelector('span'), wordsFor(conversation))
    show(this.element, shown.length > 0)
  }

  #item(conversation) {
    const { name } = conversation
    const button = (text, label, act, more) => el('button', { type: 'button', 'aria-label': `${label} ${name}`, title: label, onclick: () => act(conversation), ...more }, text)
    return el('li', {}, el('span'),
      button('Undo', 'Undo closing', this.actions.reopen, { class: 'undo' }),
      button('✕', 'Throw away', this.actions.forget, { class: 'icon forget' }))
  }
}

/** What is told as a session is closed. */
export const wordsFor = ({ name, running }) => running
  ? `“${name}” is closed. Its answer goes on for ${goesOn / 1000} seconds and is then stopped.`
  : `“${name}” is closed.`
