import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, jsonSchema, streamText, tool as makeTool } from 'ai';
import { callOf, headersOf, retriesOf, tool, versionOf } from '../request.mjs';

export const version = async () => `${await versionOf('ai')} with openai-compatible ${await versionOf('@ai-sdk/openai-compatible')}`;

export async function ask(request, signal, onText) {
  const provider = createOpenAICompatible({
    name: 'streamactors', baseURL: `${request.url}/v1`, apiKey: request.key, headers: headersOf(request), includeUsage: true,
  });
  const { name, description, parameters } = tool.function;
  const options = {
    model: provider(request.model),
    prompt: request.prompt,
    abortSignal: signal,
    ...retriesOf(request),
    ...(request.tools ? { tools: { [name]: makeTool({ description, inputSchema: jsonSchema(parameters) }) } } : {}),
  };
  return request.stream ? stream(options, onText) : whole(options, onText);
}

async function whole(options, onText) {
  const answer = await generateText(options);
  onText(answer.text);
  return {
    finish: answer.finishReason,
    usage: answer.usage.outputTokens,
    tools: answer.toolCalls.map(call => callOf(call.toolName, call.input)),
  };
}

async function stream(options, onText) {
  const answer = { finish: null, usage: null, tools: [] };
  let failure = null;
  try {
    for await (const part of streamText({ ...options, onError: () => {} }).fullStream) {
      if (part.type === 'error')
        failure ??= part.error;
      else
        take(part, answer, onText);
    }
  } catch (error) {
    // What broke the stream is said again by the end of the loop, with less in it.
    failure ??= error;
  }

  if (failure)
    throw failure instanceof Error ? failure : Object.assign(new Error(), failure, { name: 'error part' });
  return answer;
}

function take(part, answer, onText) {
  if (part.type === 'text-delta')
    onText(part.text);
  else if (part.type === 'tool-call')
    answer.tools.push(callOf(part.toolName, part.input));
  else if (part.type === 'abort')
    throw new DOMException('The stream said that it was aborted.', 'AbortError');
  else if (part.type === 'finish')
    [answer.finish, answer.usage] = [part.finishReason, part.totalUsage.outputTokens];
}
