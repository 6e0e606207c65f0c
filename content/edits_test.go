package content_test

// edit is a change to a program that the text proposes.
type edit struct {
	id   string // of the program
	name string
	old  string
	new  string
}

func edits() []edit {
	return []edit{
		{"handoff", "buffered", "make(chan int) // try make(chan int, 2)", "make(chan int, 2)"},
		{"handoff", "eager",
			`defer func() { say("packer=done after=%dms", time.Since(begin).Milliseconds()) }()`,
			`defer say("packer=done after=%dms", time.Since(begin).Milliseconds())`},
		{"after-zero", "all-processors", "\truntime.GOMAXPROCS(1) // one processor, as in a crowded pod\n", ""},
		{"boots", "unlocked", "int {\n\ts.mu.Lock()\n\tdefer s.mu.Unlock()\n", "int {\n"},
		{"spinner", "polite", "polite = false", "polite = true"},
		{"fanout", "patience", "600 * time.Millisecond", "900 * time.Millisecond"},
		{"semaphore", "unlimited", "limit = 4", "limit = 40"},
		{"semaphore", "single", "limit = 4", "limit = 1"},
		{"saturation", "long-queue", "limit, waiting = 4, 4 ", "limit, waiting = 4, 40 "},
		{"queue", "long", "size    = 8 ", "size    = 1000 "},
		{"queue", "shed", "shed    = false", "shed    = true"},
		{"gzip-pipe", "whole", "stream = true", "stream = false"},
		{"budget", "wrapped",
			`fmt.Errorf("checkout budget of %v is spent", budget)`,
			`fmt.Errorf("checkout budget of %v is spent: %w", budget, context.DeadlineExceeded)`},
		{"budget", "doomed", "\t\tif err := s.run(ctx); err != nil {", `
		if need := time.Duration(s.rows) * 20 * time.Millisecond; time.Until(deadline) < need {
			return fmt.Errorf("%s needs %v: %w", s.name, need, errBudget)
		}
		if err := s.run(ctx); err != nil {`},
		{"afterfunc", "cancelled", "context.WithoutCancel(ctx)", "ctx"},
		{"leak", "room-for-one", "[]int{0, replicas}", "[]int{0, 1}"},
		{"signature", "body-only", `stamp+"."+body)`, "body)"},
		{"webhook", "swapped", `	case now.State == "cancelled" && e.State == "paid":
		outcome = "late"
		tx["refund/"+e.Order] = e
	case e.Version < now.Version:
		outcome = "stale"
`, `	case e.Version < now.Version:
		outcome = "stale"
	case now.State == "cancelled" && e.State == "paid":
		outcome = "late"
		tx["refund/"+e.Order] = e
`},
		{"retries", "fewer", "attempts  = 4", "attempts  = 2"},
		{"breaker", "eager", "tolerance, pause = 4, 600 *", "tolerance, pause = 4, 50 *"},
		{"slog-handler", "bare",
			"func (h Handler) WithAttrs(attrs []slog.Attr) slog.Handler {\n\treturn Handler{h.Handler.WithAttrs(attrs)}\n}\n", ""},
		{"one-request", "other", `ask = "r-3"`, `ask = "r-0"`},
	}
}
