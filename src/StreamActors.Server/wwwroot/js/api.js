// Calls to the server, with the key where there is one. The key lives as long as the tab.

import { adviceFor, isOfServer, wordsFor } from './proxy.js'

const keyName = 'streamactors.key'

/** Where the API lies: beside the page's own files. The server need not know under which path it is shown. */
export const root = new URL('../', import.meta.url)

/** Tells of calls that were refused for their key: detail.sent says whether one was sent. */
export const gate = new EventTarget()

/** Where the browser keeps nothing for a page, it lives as long as the page. */
let held = null

export const key = () => {
  try {
    return sessionStorage.getItem(keyName)
  } catch {
    return held
  }
}

export const setKey = value => {
  held = value || null
  try {
    if (value) sessionStorage.setItem(keyName, value)
    else sessionStorage.removeItem(keyName)
  } catch {
    // It is held.
  }
}

/**
 * fetch with the key; at 401 the gate tells.
 * @param {string} path  from the page's own address on, without a slash at its start
 */
export async function call(path, options = {}) {
  const sent = key()
  const headers = { ...options.headers }
  if (sent) headers.Authorization = `Bearer ${sent}`
  // This server redirects no call; who does is a sign-in in front of it, whose page would be taken for an answer.
  const response = await fetch(new URL(path, root), { ...options, headers, cache: 'no-store', redirect: 'manual' })
  if (response.status === 401 && isOfServer(response)) gate.dispatchEvent(new CustomEvent('refused', { detail: { sent } }))
  return response
}

/** The models that can be named now. */
export async function listModels() {
  const response = await call('v1/models')
  if (!response.ok || !isOfServer(response)) throw new Error((await readError(response)).message)
  return (await response.json()).data.map(model => model.id)
}

/** A live session of this caller's, or null. */
export async function findSession(id) {
  const response = await call(`v1/sessions/${encodeURIComponent(id)}`)
  return response.ok ? response.json() : null
}

/** Stops exactly that stream. The receipt comes when it is proven over: {outcome, took_ms}. */
export async function cancel(trace) {
  const response = await call(`v1/streams/${encodeURIComponent(trace)}/cancel`, { method: 'POST' })
  return response.ok ? response.json() : { outcome: 'unknown', ...(await readError(response)) }
}

/** Ends a session and what runs in it, also while the page itself ends. */
export const endSession = id => call(`v1/sessions/${encodeURIComponent(id)}`, { method: 'DELETE', keepalive: true })

/** Sends a prompt. */
export const chat = (session, body, signal) => call('v1/chat/completions', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', 'X-Session-Id': session },
  body: JSON.stringify(body),
  signal,
})

/** What a call that got no answer of its own says: {code, message, advice}; advice is what to do, or ''. */
export async function readError(response) {
  try {
    const { error } = await response.json()
    return { code: error.code ?? 'error', message: error.message ?? '', advice: adviceFor(error.code), superseded_by: error.superseded_by }
  } catch {
    return { code: `status_${response.status}`, ...wordsFor(response, root) }
  }
}
