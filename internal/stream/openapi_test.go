package stream

import (
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// The description of the HTTP twin names every route, and no other.
func TestOpenAPIHasEveryRoute(t *testing.T) {
	text, err := os.ReadFile("../../docs/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]yaml.Node
	}
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	var described []string
	for path, item := range doc.Paths {
		for method, node := range item {
			if method == "parameters" {
				continue
			}
			described = append(described, strings.ToUpper(method)+" "+path)
			var op struct{ Responses map[string]any }
			if err := node.Decode(&op); err != nil {
				t.Fatal(err)
			}
			if op.Responses["403"] == nil || op.Responses["400"] == nil {
				t.Errorf("%s %s has no 400 and 403", method, path)
			}
		}
	}
	slices.Sort(described)
	var routes []string
	for pattern := range (&Server{cfg: Config{Shares: shelf()}}).routes() {
		routes = append(routes, pattern)
	}
	slices.Sort(routes)
	if !slices.Equal(described, routes) {
		t.Errorf("described %v\nserved    %v", described, routes)
	}
}
