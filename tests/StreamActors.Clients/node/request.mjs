import { readFile } from 'node:fs/promises';

/** Request headers beyond a library's own. */
export const headersOf = request => request.session ? { 'X-Session-Id': request.session } : {};

/** A library's option for how often it tries again; its own default where the request does not say. */
export const retriesOf = request => request.retries == null ? {} : { maxRetries: request.retries };

export const messagesOf = request => [{ role: 'user', content: request.prompt }];

export const tool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather at a place.',
    parameters: { type: 'object', properties: { location: { type: 'string' } }, required: ['location'], additionalProperties: false },
  },
};

/** A tool call in one line: name(arguments as the library parsed them). */
export const callOf = (name, args) => `${name}(${JSON.stringify(typeof args === 'string' ? JSON.parse(args) : args)})`;

/** The installed version of a package. */
export async function versionOf(name) {
  const file = new URL(`./node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')).version;
}
