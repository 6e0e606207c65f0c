//go:build linux

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// get is the status and the text of an address; 0 when there is no answer.
func get(ctx context.Context, url string) (status int, text string) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, ""
	}
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		return 0, ""
	}
	defer a.Body.Close()
	b, err := io.ReadAll(io.LimitReader(a.Body, 1<<20))
	if err != nil {
		return 0, ""
	}
	return a.StatusCode, string(b)
}

// shareHello shares a program and returns its id.
func shareHello(ctx context.Context, url string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/api/share", strings.NewReader(`{"source":"package main\n"}`))
	if err != nil {
		return "", err
	}
	q.Header.Set("Content-Type", "application/json")
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		return "", err
	}
	defer a.Body.Close()
	var shared struct{ ID string }
	if a.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("share a program: status %d", a.StatusCode)
	}
	return shared.ID, json.NewDecoder(a.Body).Decode(&shared)
}
