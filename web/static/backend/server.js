// Where the server is that runs programs. The page says it: a site may stand
// below a path, and a page that is a file, or another site's, has its server
// elsewhere. A server of its own says nothing at all.

let home = document.querySelector('meta[name="playground-server"]')?.content ?? '/';

/** Another site's page has no element that says it. */
export function useServer(address) {
  home = address;
}

/** There is no server: the page is a file that only shows what was recorded. */
export function noServer() {
  return home === '';
}

/** Whether the page has recordings of its programs. */
export function hasRecordings() {
  return document.querySelector('meta[name="playground-recorded"]') !== null;
}

/** @param {string} path below the server's address */
export function at(path) {
  return new URL(path, new URL(home, location.href));
}
