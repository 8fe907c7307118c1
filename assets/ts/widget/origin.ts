/**
 * Whether a page of this origin may embed the widget: ours, or one of its sites, exactly or by `https://*.host`. The browser
 * enforces the same by frame-ancestors before we run.
 */
export function allowed(origin: string, sites: readonly string[], house: string): boolean {
  return origin === house || sites.some((site) => origin === site || wildcard(origin, site));
}

function wildcard(origin: string, site: string): boolean {
  const [scheme, host] = site.split("://*.");
  return host !== undefined && origin.startsWith(`${scheme}://`) && origin.endsWith(`.${host}`) && !/[@/?#]/.test(origin.slice(scheme!.length + 3));
}
