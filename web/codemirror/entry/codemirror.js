// What the page uses of CodeMirror, for programs in Go.

export {Annotation, Compartment, EditorSelection, EditorState, Prec, RangeSet, RangeSetBuilder, StateEffect, StateField,
  Transaction} from '@codemirror/state';
export {Decoration, EditorView, GutterMarker, ViewPlugin, WidgetType, crosshairCursor, drawSelection, gutter, highlightSpecialChars,
  hoverTooltip, keymap, lineNumberMarkers, lineNumbers, rectangularSelection, showTooltip, tooltips} from '@codemirror/view';
export {defaultKeymap, history, historyKeymap, indentLess, indentMore, insertNewlineAndIndent, insertTab, redo,
  temporarilySetTabFocusMode, undo} from '@codemirror/commands';
export {bracketMatching, codeFolding, foldEffect, foldGutter, foldKeymap, foldedRanges, getIndentation, indentOnInput, indentService,
  indentUnit, syntaxHighlighting, syntaxTree, unfoldEffect} from '@codemirror/language';
export {acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, completionStatus, startCompletion,
  insertCompletionText} from '@codemirror/autocomplete';
export {highlightSelectionMatches, search, searchKeymap} from '@codemirror/search';
export {goLanguage} from '@codemirror/lang-go';
export {tagHighlighter, tags} from '@lezer/highlight';
