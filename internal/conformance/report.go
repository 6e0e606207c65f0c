package conformance

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// Report is the table of one set.
type Report struct {
	Set      string
	Verdicts []Verdict
}

// Counts returns how many cases were compared, how many of those are equal, and
// how many of the equal ones also have the same first line on standard error.
func (r *Report) Counts() (compared, equal, stderr int) {
	for _, v := range r.Verdicts {
		if v.Kind.Compared() {
			compared++
		}
		if v.Kind == Equal {
			equal++
			if v.StderrEqual {
				stderr++
			}
		}
	}
	return compared, equal, stderr
}

// WriteTable writes the figures of several sets, one a row.
func WriteTable(w io.Writer, reports ...*Report) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "set\tcases\tcompared\tequal\t%\tsame stderr\t")
	for _, r := range reports {
		compared, equal, stderr := r.Counts()
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%.1f\t%d\t\n", r.Set, len(r.Verdicts), compared, equal, percent(equal, compared), stderr)
	}
	return t.Flush()
}

func percent(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return 100 * float64(part) / float64(whole)
}

// WriteCauses lists the cases that are not equal by kind and cause, the most
// frequent first, with the names of the cases.
func (r *Report) WriteCauses(w io.Writer) error {
	type group struct {
		kind  Kind
		cause string
		names []string
	}
	groups := map[string]*group{}
	for _, v := range r.Verdicts {
		if v.Kind == Equal {
			continue
		}
		key := string(v.Kind) + "\x00" + v.Cause
		if groups[key] == nil {
			groups[key] = &group{kind: v.Kind, cause: v.Cause}
		}
		groups[key].names = append(groups[key].names, v.Case.Name)
	}
	sorted := slices.SortedFunc(maps.Values(groups), func(a, b *group) int {
		return cmp.Or(cmp.Compare(len(b.names), len(a.names)), cmp.Compare(a.kind, b.kind), cmp.Compare(a.cause, b.cause))
	})
	for _, g := range sorted {
		if _, err := fmt.Fprintf(w, "%4d  %s: %s\n        %s\n", len(g.names), g.kind, g.cause, strings.Join(g.names, " ")); err != nil {
			return err
		}
	}
	return nil
}

// WriteDifferences shows each case that was compared and is not equal, and each
// equal one whose first line on standard error differs.
func (r *Report) WriteDifferences(w io.Writer) error {
	for _, v := range r.Verdicts {
		if !v.Kind.Compared() || v.Kind == Equal && v.StderrEqual {
			continue
		}
		if _, err := fmt.Fprintf(w, "--- %s: %s\n%s", v.Case.Name, v.Kind, Difference(v.Want, v.Got)); err != nil {
			return err
		}
	}
	return nil
}
