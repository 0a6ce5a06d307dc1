// One prompt on its way and the answer to it, to its end.

import { chat, readError } from './api.js'
import { readEvents } from './events.js'
import { complete, ofCode } from './endings.js'
import { isOfServer } from './proxy.js'

/**
 * Asks and reads. Resolves with what became of the answer: an ending of endings.js, or {superseded: true}.
 * @param {object} request  session, body, signal
 * @param {object} seen  trace(id), text(piece), thought(piece)
 */
export async function ask({ session, body, signal }, seen) {
  let response
  try {
    response = await chat(session, body, signal)
  } catch {
    return ofCode(signal.aborted ? 'page_stopped' : 'server_gone')
  }
  const trace = response.headers.get('X-Trace-Id')
  if (trace) seen.trace(trace)
  if (!response.ok || !isOfServer(response)) return ofError(await readError(response))
  return read(response, seen, signal)
}

async function read(response, seen, signal) {
  let finish = null
  try {
    for await (const { data } of readEvents(response)) {
      if (data === '[DONE]') return complete(finish)
      const chunk = JSON.parse(data)
      if (chunk.error) return ofError(chunk.error)
      const choice = chunk.choices?.[0]
      const delta = choice?.delta ?? {}
      const thought = delta.reasoning_content ?? delta.reasoning
      if (typeof thought === 'string') seen.thought(thought)
      if (typeof delta.content === 'string') seen.text(delta.content)
      if (typeof delta.refusal === 'string') seen.text(delta.refusal)
      finish = choice?.finish_reason ?? finish
    }
  } catch {
    // A cut connection, or a chunk that is none: either way the answer is not whole.
  }
  return ofCode(signal.aborted ? 'page_stopped' : 'connection_cut')
}

const ofError = error => error.code === 'registry_new_stream' ? { superseded: true } : ofCode(error.code, [error.message, error.advice].filter(Boolean).join(' '))
