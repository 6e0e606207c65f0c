package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

// playerFiles is where npm puts the asciinema player.
const playerFiles = "player/node_modules/asciinema-player/dist/bundle"

// playerPage plays /run.cast, and says when it has come to its end.
const playerPage = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>A cast</title>
<link rel="stylesheet" href="asciinema-player.css">
<div id="player"></div>
<script src="asciinema-player.min.js"></script>
<script>
	window.player = AsciinemaPlayer.create('/run.cast', document.getElementById('player'), {autoPlay: true, speed: 20});
	player.addEventListener('ended', () => { window.ended = true; });
</script>`

// The recording of a shared run is one that asciinema's own player plays to its
// end, and shows what the program printed: that the format is right is for its
// parser to say.
func TestPlayerPlaysRuns(t *testing.T) {
	if _, err := os.Stat(playerFiles); err != nil {
		if os.Getenv("CI") == "" {
			t.Skip("no player: npm ci --prefix internal/e2e/player")
		}
		t.Fatal(err)
	}
	w := openFixture(t, "quick")
	w.edit(`package main

import (
	"fmt"
	"os"
	"time"
)

func main() {
	fmt.Print("0%\r")
	time.Sleep(300 * time.Millisecond)
	fmt.Print("100%\n\x1b[1;31mgröße 😀\x1b[0m\n<b>not bold</b>\n")
	fmt.Fprintln(os.Stderr, "an error")
}`)
	w.run()
	w.waitEnd()
	w.clickOn("button.share")
	cast := w.link("Run, with its output") + ".cast"

	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServer(http.Dir(playerFiles)))
	mux.HandleFunc("GET /run.cast", func(rw http.ResponseWriter, r *http.Request) {
		resp, err := http.Get(cast)
		if err != nil {
			http.Error(rw, err.Error(), http.StatusBadGateway)
			return
		}
		defer resp.Body.Close()
		_, _ = io.Copy(rw, resp.Body) // the player tells what is missing
	})
	mux.HandleFunc("GET /{$}", func(rw http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(rw, playerPage) })
	server := httptest.NewServer(mux)
	defer server.Close()

	w.tolerate("favicon.ico")
	w.navigate(server.URL)
	w.until("it is played to its end, and drawn", "window.ended === true && document.querySelector('#player').innerText.includes('an error')")
	shown := eval[string](w.tab, "document.querySelector('#player').innerText")
	for _, want := range []string{"100%", "größe", "😀", "<b>not bold</b>", "an error"} {
		if !strings.Contains(shown, want) {
			t.Errorf("it shows no %q, but %q", want, shown)
		}
	}
	if strings.Contains(strings.ReplaceAll(shown, "100%", ""), "0%") {
		t.Errorf("what was written over is still there: %q", shown)
	}
	if lasts := eval[float64](w.tab, "player.getDuration()"); lasts < .3 || lasts > 20 {
		t.Errorf("it lasts %.3f s", lasts)
	}
}
