// Whether the board is connected, in a word at the top; what stands in its way, at length.

import { plural, setText, show } from './dom.js'

const hideAfter = 5000

/** @param parts  {feed, board, models, notices} */
export function showStatus({ feed, board, models, notices }) {
  const [state, counts, lost] = ['state', 'counts', 'lost'].map(id => document.getElementById(id))
  feed.addEventListener('frame', ({ detail }) => {
    board.apply(detail)
    show(lost, detail.frame.lost > 0)
    setText(counts, `${plural(detail.frame.sessions, 'session')}, ${detail.frame.streams.toLocaleString('en')} streaming`)
  })
  feed.addEventListener('state', ({ detail: { live, text, message, advice } }) => {
    if (live && state.dataset.live !== 'true') models.refresh()
    state.dataset.live = String(live)
    setText(state, text)
    if (message) notices.say('feed', { message, advice })
    else notices.clear('feed')
  })

  let hiding
  document.addEventListener('visibilitychange', () => {
    clearTimeout(hiding)
    if (document.hidden) hiding = setTimeout(() => feed.hide(true), hideAfter)
    else feed.hide(false)
  })
  addEventListener('online', () => feed.wake())
}
