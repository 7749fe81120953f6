// The state of all endpoints in one line, in the form of vrnetlab's /health: a number that is 0 when all is well, a space,
// a text. The health file and the HTTP API show it.

// Docker keeps the first 4,096 bytes of what a health check prints (moby, daemon/health.go, maxOutputLen).
const MAX_NAMED = 20;

/** "0 running", or "1 waiting for …" with the endpoints that are not attached. */
export function healthLine(waiting: readonly string[]): string {
  if (waiting.length === 0) return '0 running';
  const more = waiting.length > MAX_NAMED ? ` and ${waiting.length - MAX_NAMED} more` : '';
  return `1 waiting for ${waiting.slice(0, MAX_NAMED).join(', ')}${more}`;
}
