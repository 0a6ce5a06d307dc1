// What stands between this page and its server, told by its answers.

const typeOf = response => response.headers.get('Content-Type') ?? ''

/** Whether the server itself answered, and not a proxy before it. */
export const isOfServer = response => response.type !== 'opaqueredirect' && /json|event-stream/i.test(typeOf(response))

const passOn = root => `Whatever shows this page must pass on everything below ${root}`

/**
 * An answer that is none of the server's, in words: {message, advice}.
 * @param {Response} response
 * @param {URL} root  where the API lies
 */
export function wordsFor(response, root) {
  const { status } = response
  if (response.type === 'opaqueredirect') {
    return { message: 'A proxy before the server redirects this page’s calls.', advice: 'Your sign-in there may have expired: reload the page.' }
  }
  if (response.ok) return { message: 'Something other than the server answered.', advice: `${passOn(root)} to the server.` }
  switch (status) {
    case 401:
    case 403:
    case 407:
      return { message: `A proxy before the server refuses calls (${status}).`, advice: 'Sign in there and reload the page; a sign-in that uses the Authorization header cannot be used together with an API key.' }
    case 404:
    case 405:
      return { message: `The calls of this page do not reach the server (${status}).`, advice: `${passOn(root)} to the server, with every method.` }
    case 413:
      return { message: 'A proxy before the server takes no request of this size (413).', advice: 'Raise its limit (nginx: client_max_body_size).' }
    case 502:
    case 503:
    case 504:
      return { message: `A proxy before the server answers ${status}: it does not reach the server.`, advice: 'Start the server, or correct its address in the proxy’s settings.' }
    default:
      return { message: `A proxy before the server answered ${status}.`, advice: 'Its own log may say why.' }
  }
}

/** What to do where the server itself refuses this page's calls. */
export function adviceFor(code) {
  switch (code) {
    case 'origin_not_allowed':
      return `This page is at ${location.origin}, but the server is not told. Let the proxy send X-Forwarded-Host and X-Forwarded-Proto, or add ${location.origin} to Server:AllowedOrigins.`
    case 'host_not_allowed':
      return `The address of this page is ${location.origin}.`
    default:
      return ''
  }
}
