// Every way an answer can end, in words. An answer is complete only when the server said [DONE].

const milliseconds = ms => ms < 100 ? `${Math.round(ms * 10) / 10} ms` : ms < 10000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`

const words = {
  client_cancel: ['stopped', 'Stopped by you'],
  client_disconnect: ['cut', 'Interrupted: this page was closed or reloaded, and the server stopped the model (client_disconnect)'],
  client_too_slow: ['cut', 'Interrupted: this page took no data for too long'],
  session_deleted: ['stopped', 'Stopped: the session was closed'],
  admin_cancel: ['stopped', 'Stopped by an operator of the server'],
  first_token_timeout: ['failed', 'Timed out: the model gave no answer in time'],
  idle_timeout: ['failed', 'Timed out: the model stopped answering'],
  total_timeout: ['failed', 'Timed out: the whole answer took too long'],
  backend_unreachable: ['failed', 'Failed: the model server cannot be reached'],
  backend_error: ['failed', 'Failed: the model server gave an error'],
  backend_truncated: ['failed', 'Failed: the model’s answer broke off'],
  backend_stuck: ['failed', 'Refused: the model server does not stop earlier answers'],
  backend_busy: ['failed', 'Refused: too many wait for the model server'],
  draining: ['failed', 'Refused: the server takes no new prompts for now'],
  server_shutdown: ['cut', 'Interrupted: the server is stopping'],
  session_moved: ['cut', 'Interrupted: the session moved to another machine'],
  invalid_api_key: ['failed', 'Refused: the server does not know this key'],
  connection_cut: ['cut', 'Interrupted: the connection was cut without a word'],
  server_gone: ['failed', 'Not sent: the server cannot be reached'],
  page_stopped: ['stopped', 'Stopped: this page closed the connection'],
  page_left: ['cut', 'Interrupted: this page was closed or reloaded while it streamed'],
}

/** What an error of the server's, or of the connection, makes of an answer: {state, text}. */
export function ofCode(code, message) {
  const [state, text] = words[code] ?? ['failed', `Failed: ${message || code}`]
  const why = state === 'failed' && message && words[code] ? `. ${message}` : ''
  return { state, code, text: text + why }
}

/** What the server says of a stream that ended unseen here; null where it says nothing or the model finished. */
export const ofVerdict = (reason, own) => !reason ? null : reason === 'registry_new_stream' ? superseded(own) : ofCode(reason)

/** Whether an ending is only what this page saw of it, and the server may know more. */
export const isGuess = ending => ending?.code === 'connection_cut' || ending?.code === 'page_left'

/** A newer prompt took its place. */
export const superseded = own => ({
  state: 'superseded',
  code: 'registry_new_stream',
  text: own ? 'Superseded by your newer prompt' : 'Superseded by a newer prompt from elsewhere',
})

/** The model has finished. */
export const complete = finish => ({
  state: 'complete',
  text: finish === 'length' ? 'Complete, at its length limit' : finish === 'content_filter' ? 'Ended by the model’s content filter' : 'Complete',
})

/** A stop's receipt in words. */
export function receiptText({ outcome, took_ms: took, message }) {
  switch (outcome) {
    case 'finished_cleanly': return `proven over in ${milliseconds(took)}`
    case 'timed_out': return `it did not stop within ${milliseconds(took)} and is fenced off: nothing it still makes can reach anybody`
    case 'already_ended': return 'it had ended before'
    default: return message || 'the server gave no receipt'
  }
}

export const proofText = took => `proven over in ${milliseconds(took)}`
export const graceText = took => `it did not stop within ${milliseconds(took)} and is fenced off`
export { milliseconds }

const mark = '\n\n[This answer was interrupted here.]'

/**
 * The messages of a request. An answer that is not complete goes along as far as it came, marked, so that roles alternate and the
 * model knows; a prompt that has no word of an answer is left out: its user has thought better of it.
 */
export function history(turns, prompt) {
  const messages = []
  for (const turn of turns) {
    if (!turn.text) continue
    messages.push({ role: 'user', content: turn.prompt })
    messages.push({ role: 'assistant', content: turn.ending?.state === 'complete' ? turn.text : turn.text + mark })
  }
  return [...messages, { role: 'user', content: prompt }]
}
