// Asks for the key where the server wants one, and says so when it is a wrong one.

import { gate, setKey } from './api.js'
import { el, setText } from './dom.js'

/** @param changed  called when there is another key to try */
export function makeKeyDialog(changed) {
  const input = el('input', { type: 'password', id: 'key', autocomplete: 'off', spellcheck: 'false', required: true })
  const message = el('p', { class: 'message', role: 'alert' })
  const form = el('form', {},
    el('h2', {}, 'An API key is needed'),
    el('p', {}, 'This server answers to known keys only. Yours stays in this tab and is forgotten when you close it.'),
    el('label', { for: 'key' }, 'Key'), input, message,
    el('div', { class: 'buttons' },
      el('button', { type: 'button', onclick: () => use('') }, 'Without a key'),
      el('button', { type: 'submit', class: 'primary' }, 'Use this key')))
  const dialog = el('dialog', { class: 'panel', 'aria-label': 'API key' }, form)
  form.addEventListener('submit', event => {
    event.preventDefault()
    use(input.value.trim())
  })
  gate.addEventListener('refused', ({ detail: { sent } }) => {
    setText(message, sent ? 'The server does not know this key.' : '')
    if (!dialog.open) {
      dialog.showModal()
      input.focus()
    }
  })

  function use(key) {
    setKey(key)
    input.value = ''
    dialog.close()
    changed()
  }

  return dialog
}
