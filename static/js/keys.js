// Shortcuts: data-key="e" on a link or a button is pressed by that key.
