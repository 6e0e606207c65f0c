// Package card draws the picture with which other sites show a link: a PNG of
// 1200 by 630 pixels, the size that they ask for. Draw is a pure function, with
// fonts that the binary carries; the same card is the same bytes.
//
// The fonts have the Latin, Greek and Cyrillic scripts. A text of which they
// lack more than they have is left out, because boxes in the place of letters
// are worse than a card without a title.
package card
