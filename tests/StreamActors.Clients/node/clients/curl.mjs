import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { callOf, headersOf, messagesOf, tool } from '../request.mjs';

export const version = async () => (await promisify(execFile)('curl', ['--version'])).stdout.split(' ')[1];

/** What curl says by its exit code and on its outputs. */
class Failed extends Error {
  constructor(exit, status, error) {
    super(error?.message ?? '');
    Object.assign(this, { name: `exit ${exit}`, status, code: error?.code });
  }
}

export async function ask(request, signal, onText) {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${request.key}`, ...headersOf(request) };
  const curl = spawn('curl', [
    '-sSN', request.http2 ? '--http2' : '--http1.1', '--fail-with-body', '--max-time', '60', '-w', '%{stderr}%{http_code}', '--data-binary', '@-',
    ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]), `${request.url}/v1/chat/completions`,
  ]);
  signal.addEventListener('abort', () => curl.kill());
  curl.stdin.end(JSON.stringify({
    model: request.model, messages: messagesOf(request), stream: request.stream,
    ...(request.stream ? { stream_options: { include_usage: true } } : {}), ...(request.tools ? { tools: [tool] } : {}),
  }));

  const seen = { done: false, finish: null, usage: null, calls: [], error: null };
  let status = '', rest = '';
  curl.stderr.on('data', data => status += data);
  curl.stdout.setEncoding('utf8').on('data', data => {
    const lines = (rest + data).split('\n');
    rest = lines.pop();
    lines.filter(line => line.startsWith('data: ')).forEach(line => take(line.slice(6), seen, onText));
  });
  const exit = await new Promise(resolve => curl.on('close', (code, killed) => resolve(code ?? killed)));
  if (rest)
    take(rest, seen, onText);
  if (exit !== 0)
    throw new Failed(exit, Number(status.slice(-3)) || null, seen.error);
  const { finish, usage, calls } = seen;
  return { finish: seen.done || !request.stream ? finish : null, usage, tools: calls.map(call => callOf(call.name, call.args)) };
}

function take(data, seen, onText) {
  if (data === '[DONE]') {
    seen.done = true;
    return;
  }
  const json = JSON.parse(data);
  seen.error = json.error ?? seen.error;
  seen.usage = json.usage?.completion_tokens ?? seen.usage;
  for (const choice of json.choices ?? []) {
    const message = choice.delta ?? choice.message;
    onText(message.content);
    seen.finish = choice.finish_reason ?? seen.finish;
    (message.tool_calls ?? []).forEach((part, at) => {
      const call = seen.calls[part.index ?? at] ??= { name: '', args: '' };
      call.name += part.function?.name ?? '';
      call.args += part.function?.arguments ?? '';
    });
  }
}
