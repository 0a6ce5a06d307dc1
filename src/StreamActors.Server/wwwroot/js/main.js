// Puts the page together.

import { BoardFeed } from './board-feed.js'
import { BoardState } from './board-state.js'
import { BackendsView } from './backends-view.js'
import { ChatsView } from './chats-view.js'
import { el } from './dom.js'
import { graceText, proofText } from './endings.js'
import { FiguresView } from './figures-view.js'
import { makeKeyDialog } from './key-dialog.js'
import { listenToKeys, makeShortcutsDialog } from './keyboard.js'
import { LanesView } from './lanes-view.js'
import { Models } from './models.js'
import { Notices } from './notices.js'
import { showTakeover } from './showcase.js'
import { showStatus } from './status.js'
import { Store } from './store.js'
import { TakeoverView } from './takeover-view.js'
import { useTheme } from './theme.js'

const calm = matchMedia('(prefers-reduced-motion: reduce)')
const [eachFrame, eachCalmFrame] = [100, 1000]

const byId = id => document.getElementById(id)
const notices = new Notices(byId('notices'))
const store = new Store()
store.history.room.addEventListener('trouble', ({ detail }) => notices.say('storage', detail))
store.history.room.addEventListener('over', () => notices.clear('storage'))
store.load()
const models = new Models()
const board = new BoardState()
const feed = new BoardFeed()
const chats = new ChatsView(store, models)

const name = session => store.history.ofSession(session)?.conversation.name ?? session
const elsewhere = session => store.history.ofSession(session)?.elsewhere ?? false
const label = trace => store.history.promptOf(trace)
const lanes = new LanesView(board, { name, elsewhere, label })
const takeover = new TakeoverView(board, { name, label, showMe })
const figures = new FiguresView(board)
const backends = new BackendsView(board)
const shortcuts = makeShortcutsDialog()
const keys = makeKeyDialog(() => {
  feed.wake()
  models.refresh()
})

byId('board').append(
  takeover.element,
  el('section', { class: 'lanes-panel panel', 'aria-labelledby': 'lanes-title' },
    el('header', {}, el('h2', { id: 'lanes-title' }, 'Streams of the last minute'), backends.element), lanes.element),
  figures.element)
byId('chats').append(chats.element)
document.body.append(shortcuts, keys)
useTheme(byId('theme'))
byId('help').addEventListener('click', () => shortcuts.showModal())

function showMe() {
  showTakeover(() => {
    const conversation = chats.focused ?? store.all[0]
    chats.focus(conversation)
    return conversation
  }, takeover)
}

listenToKeys(
  {
    KeyN: () => chats.addSession(),
    KeyJ: () => chats.move(1),
    KeyK: () => chats.move(-1),
    KeyS: showMe,
    KeyZ: () => chats.reopen(),
    KeyT: () => byId('theme').click(),
  },
  { stop: () => chats.focused?.stop(), help: () => shortcuts.showModal() })

showStatus({ feed, board, models, notices })
const learn = ({ session, trace }, facts) => store.history.ofSession(session)?.conversation.learn(trace, facts)
board.addEventListener('proof', ({ detail: stream }) => learn(stream, { note: (stream.detached ? graceText : proofText)(stream.took) }))
board.addEventListener('end', ({ detail: stream }) => learn(stream, { reason: stream.reason }))

let drawn = 0
function draw(at) {
  requestAnimationFrame(draw)
  if (at - drawn < (calm.matches ? eachCalmFrame : eachFrame)) return
  drawn = at
  for (const view of [takeover, lanes, figures, backends]) view.draw()
}

// A takeover is shown at once, however seldom is drawn.
board.addEventListener('proof', () => { drawn = 0 })

addEventListener('pagehide', ({ persisted }) => persisted ? store.history.save() : store.history.leave())
addEventListener('pageshow', ({ persisted }) => { if (persisted) store.history.sync() })
requestAnimationFrame(draw)
feed.run()
byId('boot').remove()
