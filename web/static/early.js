// The theme that the reader chose, before anything is painted: the one script
// that a page waits for, and so next to nothing. theme.js keeps the choice.
try {
  const theme = localStorage.getItem('playground:theme');
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Storage is refused: the system's theme it is.
}
