// Ctrl+K.
