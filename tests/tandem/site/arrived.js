// What a script gets to know of how the page was opened.
window.seen = [location.href, document.URL, document.referrer, window.navigation?.currentEntry.url].join(" ");
