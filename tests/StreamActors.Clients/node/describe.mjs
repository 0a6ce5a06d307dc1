/** An error as its own library tells it: its name, and status and code where it has them. */
export function describe(error) {
  if (error?.name === 'AI_RetryError')
    return describe(error.lastError);
  const body = error?.error ?? parse(error?.data ?? error?.responseBody);
  return {
    name: nameOf(error),
    message: String(error?.message ?? error),
    status: error?.status ?? error?.statusCode ?? error?.status_code ?? null,
    code: [error?.code, body?.code].find(code => typeof code === 'string') ?? null,
  };
}

function nameOf(error) {
  const own = error?.constructor?.name;
  return error?.name && error.name !== 'Error' ? error.name : own ?? typeof error;
}

function parse(body) {
  try {
    const json = typeof body === 'string' ? JSON.parse(body) : body;
    return json?.error ?? json;
  } catch {
    return null;
  }
}
