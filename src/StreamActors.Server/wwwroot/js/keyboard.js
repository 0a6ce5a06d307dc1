// Keys that work everywhere on the page, and the list of them.

import { el } from './dom.js'

const shortcuts = [
  ['Enter', 'send; while an answer streams, take its place'],
  ['Shift + Enter', 'a new line'],
  ['Escape', 'stop what streams in this session'],
  ['Alt + N', 'a new session'],
  ['Alt + J, Alt + K', 'the next session, the one before'],
  ['Alt + Z', 'open the session again that was closed last'],
  ['Alt + S', 'show me a takeover'],
  ['Alt + T', 'dark or light'],
  ['?', 'this list (outside of a text field)'],
]

/** The dialog that lists them. */
export function makeShortcutsDialog() {
  const dialog = el('dialog', { class: 'panel', 'aria-labelledby': 'shortcuts-title' },
    el('h2', { id: 'shortcuts-title' }, 'Keyboard'),
    el('dl', {}, ...shortcuts.flatMap(([keys, what]) => [el('dt', {}, ...keys.split(', ').map(key => el('kbd', {}, key))), el('dd', {}, what)])),
    el('div', { class: 'buttons' }, el('button', { type: 'button', class: 'primary', onclick: () => dialog.close() }, 'Close')))
  return dialog
}

/** @param actions  by event.code with Alt, and: stop(), help() */
export function listenToKeys(alt, { stop, help }) {
  document.addEventListener('keydown', event => {
    if (document.querySelector('dialog[open]')) return
    if (event.key === 'Escape') stop()
    else if (event.altKey && !event.ctrlKey && !event.metaKey && alt[event.code]) {
      event.preventDefault()
      alt[event.code]()
    } else if (event.key === '?' && !event.target.closest('input, textarea, select')) help()
  })
}
