// "Show me": a long prompt, and two seconds into its answer a second one for the same session.

import { setText } from './dom.js'

const first = 'Write a long poem about a river'
const second = 'What is 2+2?'
const between = 2000
const patience = 30_000

/** @param session  gives the conversation to use  @param view  {button, hint} */
export async function showTakeover(session, { button, hint }) {
  if (button.disabled) return
  button.disabled = true
  try {
    const conversation = session()
    setText(hint, `Prompt A is on its way: “${first}”`)
    const answered = conversation.send(first)
    if (!await begins(conversation)) return setText(hint, 'The model gave no answer to replace.')
    setText(hint, 'A streams. In two seconds B goes into the same session …')
    await new Promise(done => setTimeout(done, between))
    setText(hint, `Prompt B is on its way: “${second}”`)
    const instead = conversation.send(second)
    await answered
    setText(hint, 'A gave way. B streams, and nothing of A can follow.')
    await instead
    setText(hint, 'That was it: one answer at a time, the newest prompt’s.')
  } finally {
    button.disabled = false
  }
}

/** Waits for the first words of the newest turn; false where it ends without any. */
function begins(conversation) {
  const turn = conversation.running ?? conversation.turns.at(-1)
  return new Promise(done => {
    const timer = setTimeout(() => finish(false), patience)
    const look = () => {
      if (turn.text) finish(true)
      else if (turn.ending) finish(false)
    }
    const finish = result => {
      clearTimeout(timer)
      conversation.removeEventListener('turn', look)
      done(result)
    }
    conversation.addEventListener('turn', look)
    look()
  })
}
