"""Set up what a solution cannot carry, in the browser and on the host; never part of a tab."""
