package main

import (
	"io"
	"log/slog"

	"playground/internal/render"
)

// logFlags say what is logged to standard error, and how.
type logFlags struct {
	Level  string `name:"log-level" enum:"debug,info,warn,error" default:"info" placeholder:"LEVEL" env:"PLAYGROUND_LOG_LEVEL" help:"Least that is logged: debug, info, warn or error; debug has sessions, refusals and the HTTP server's own errors (${env}, default ${default})."`
	Format string `name:"log-format" enum:"text,json" default:"text" placeholder:"FORMAT" env:"PLAYGROUND_LOG_FORMAT" help:"How it is written: text or json (${env}, default ${default})."`
}

// logger writes to w as the flags say.
func (f logFlags) logger(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{}
	var level slog.Level
	if err := level.UnmarshalText([]byte(f.Level)); err == nil { // else not one of the enum
		options.Level = level
	}
	if f.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// logWarnings tells the author what may be wrong with the article.
func logWarnings(logger *slog.Logger, article *render.Article) {
	for _, w := range article.Warnings {
		logger.Warn("article", "about", w.Error())
	}
}
