// @ts-check
// What a policy of a page says of where its scripts may connect to.

const SOURCE = /^(?:([a-z][\w+.-]*):\/\/)?([^:/]+)(?::(\d+|\*))?(\/.*)?$/i;
const PORTS = /** @type {Record<string, string>} */ ({ "http:": "80", "https:": "443" });

/** Whether a policy lets scripts connect there. @param {string} policy @param {URL} url */
export function permits(policy, url) {
  const directives = policy.split(";").map((each) => each.trim().split(/\s+/));
  const named = (/** @type {string} */ name) => directives.find(([each]) => each.toLowerCase() === name);
  const sources = named("connect-src") ?? named("default-src");
  return !sources || sources.slice(1).some((each) => covers(each, url));
}

/** @param {string} source @param {URL} url */
function covers(source, { protocol, origin, hostname, port, pathname }) {
  const isHttp = Object.hasOwn(PORTS, protocol);
  if (source === "*") return isHttp;
  if (/^'self'$/i.test(source)) return isHttp && origin === location.origin;
  if (/^[a-z][\w+.-]*:$/i.test(source)) return source.toLowerCase() === protocol;
  const [, scheme = location.protocol.slice(0, -1), host, ports = PORTS[protocol], path = "/"] = SOURCE.exec(source) ?? [];
  if (!host || !isHttp || `${scheme.toLowerCase()}:` !== protocol) return false;
  const isHost = host.startsWith("*.") ? hostname.endsWith(host.slice(1).toLowerCase()) : host.toLowerCase() === hostname;
  return isHost && (ports === "*" || ports === (port || PORTS[protocol])) && (path.endsWith("/") ? pathname.startsWith(path) : path === pathname);
}
