"""What browsers may lack, taken away before a page begins: by settings, policies, or what they run in."""

from __future__ import annotations

from sizes import in_full

REFUSED = """const refuse = () => { throw new DOMException("refused", "SecurityError"); };
for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { get: refuse });
window.BroadcastChannel = class { constructor() { refuse(); } };"""

ABSENCES = {
    "WebRTC": "delete window.RTCPeerConnection; delete window.webkitRTCPeerConnection;",
    "getDisplayMedia": "delete MediaDevices.prototype.getDisplayMedia;",
    "CompressionStream": "delete window.CompressionStream; delete window.DecompressionStream;",
    "SharedWorker": "delete window.SharedWorker;",
    "Cache Storage": "delete window.caches; delete window.CacheStorage; delete window.Cache;",
    "BroadcastChannel": "delete window.BroadcastChannel;",
    "localStorage": REFUSED,
}

DECIDING = {"CompressionStream"}
"""What makes a browser too old."""

IN_THE_CORE = {"CompressionStream", "WebRTC"}  # one that decides, and one that does not
EACH = [name if name in IN_THE_CORE else in_full(name) for name in ABSENCES]
