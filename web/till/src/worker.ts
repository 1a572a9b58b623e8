/** The service worker, which keeps the page's own files: only where the browser trusts the connection (TLS or localhost). */
export function keepPage(): void {
  if (!import.meta.env.PROD || !window.isSecureContext || !('serviceWorker' in navigator)) return
  // a browser that keeps nothing (private mode, a full disk) sells all the same
  void navigator.serviceWorker.register('/sw.js').catch(() => undefined)
}
