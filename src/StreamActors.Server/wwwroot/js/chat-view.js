// One session as a card: name, model, turns, and where one writes.

import { el, setText, show } from './dom.js'
import { isMine } from './turns.js'
import { TurnView } from './turn-view.js'

export class ChatView {
  #turns = new Map()
  #dirty = new Set()

  /** @param actions  close(), say(text) for what screen readers are to be told */
  constructor(conversation, models, actions) {
    Object.assign(this, { conversation, models, actions })
    const { name, id, session } = conversation
    this.name = el('input', { class: 'name', value: name, maxlength: 40, 'aria-label': 'Name of the session', spellcheck: 'false' })
    this.name.addEventListener('change', () => conversation.set({ name: this.name.value.trim() || id }))
    this.model = el('select', { class: 'model', 'aria-label': 'Model' })
    this.model.addEventListener('change', () => conversation.set({ model: this.model.value }))
    this.close = el('button', { type: 'button', class: 'icon remove', title: 'Close this session', onclick: actions.close }, '✕')
    this.list = el('ol', { class: 'turns', tabindex: '0', 'aria-label': 'Conversation' })
    this.empty = el('p', { class: 'empty' }, 'Nothing said yet. Whatever you send while an answer streams takes its place.')
    this.text = el('textarea', { rows: 2, placeholder: 'Prompt', 'aria-label': 'Prompt', autocomplete: 'off' })
    this.send = el('button', { type: 'submit', class: 'primary send' }, 'Send')
    this.stop = el('button', { type: 'button', class: 'stop', title: 'Stop (Escape)', onclick: () => conversation.stop() }, 'Stop')
    this.form = el('form', { class: 'compose' }, this.text, el('div', { class: 'buttons' }, this.stop, this.send))
    this.element = el('article', { class: 'chat panel', 'data-session': session },
      el('header', {}, this.name, this.model, this.close), el('div', { class: 'scroll' }, this.empty, this.list), this.form)
    this.scroll = this.element.querySelector('.scroll')
    this.#listen()
    this.drawModels()
    this.#drawState()
    this.#follow()
  }

  focus() { this.text.focus() }

  /** Offers the models there are, and keeps the one chosen before. */
  drawModels() {
    const { model } = this.conversation
    const known = this.models.list
    const names = model && !known.includes(model) ? [model, ...known] : known
    this.model.replaceChildren(...(names.length ? names : ['']).map(name => el('option', { value: name }, name || 'default model')))
    this.model.value = model || names[0] || ''
    if (!model && names[0]) this.conversation.model = names[0]
    setText(this.close, '✕')
    this.close.setAttribute('aria-label', `Close session ${this.conversation.name}`)
    this.element.setAttribute('aria-label', `Session ${this.conversation.name}`)
  }

  #listen() {
    this.form.addEventListener('submit', event => {
      event.preventDefault()
      this.#send()
    })
    this.text.addEventListener('keydown', event => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
      event.preventDefault()
      this.#send()
    })
    this.text.addEventListener('input', () => this.#drawState())
    this.conversation.addEventListener('changed', () => this.#drawState())
    this.conversation.addEventListener('turn', ({ detail: turn }) => this.#drawSoon(turn))
  }

  #send() {
    const prompt = this.text.value.trim()
    if (!prompt) return
    this.text.value = ''
    this.conversation.send(prompt)
  }

  #drawState() {
    const { turns, running, name } = this.conversation
    for (const [turn, view] of this.#turns) if (!turns.includes(turn)) this.#drop(turn, view)
    turns.forEach((turn, place) => { if (!this.#turns.has(turn)) this.#add(turn, place) })
    show(this.empty, turns.length === 0)
    this.stop.disabled = !running
    this.send.disabled = !this.text.value.trim()
    setText(this.send, running ? 'Send instead' : 'Send')
    this.element.dataset.running = String(Boolean(running))
    if (document.activeElement !== this.name) this.name.value = name
    this.element.setAttribute('aria-label', `Session ${name}`)
  }

  #add(turn, place) {
    const view = new TurnView(turn)
    this.#turns.set(turn, view)
    this.list.insertBefore(view.element, this.list.children[place] ?? null)
    if (isMine(turn)) this.following = true
  }

  #drop(turn, view) {
    this.#turns.delete(turn)
    view.element.remove()
  }

  /** Many tokens, one drawing. A hidden page has no frames; it draws when it is looked at. */
  #drawSoon(turn) {
    this.#dirty.add(turn)
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null
      for (const dirty of this.#dirty) this.#draw(dirty)
      this.#dirty.clear()
    })
  }

  #draw(turn) {
    const view = this.#turns.get(turn)
    if (!view) return
    view.draw()
    const told = turn.ending && isMine(turn) ? view.ending.textContent : ''
    if (told && told !== view.told) {
      view.told = told
      this.actions.say(`${this.conversation.name}: ${told}`)
    }
  }

  /** Keeps the end in sight, until one scrolls away from it. */
  #follow() {
    const { scroll } = this
    this.following = true
    scroll.addEventListener('scroll', () => { this.following = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 40 })
    const observer = new ResizeObserver(() => { if (this.following) scroll.scrollTop = scroll.scrollHeight })
    observer.observe(scroll)
    observer.observe(this.list)
  }
}
