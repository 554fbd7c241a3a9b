// @ts-check
// OpenReplay's tracker on a page of the bench, for a live session and no recording, with the texts of the page as they are.

import Tracker from "@openreplay/tracker";
import assist from "@openreplay/tracker-assist";

const tracker = new Tracker({
  projectKey: "bench",
  ingestPoint: `${location.origin}/ingest`,
  __DISABLE_SECURE_MODE: true, // its name for pages without TLS
  obscureTextEmails: false,
  obscureTextNumbers: false,
});
tracker.use(assist());
Object.assign(window, { peer: tracker.start({ assistOnly: true }) });
