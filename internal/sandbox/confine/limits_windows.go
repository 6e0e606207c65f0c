package confine

import "playground/internal/sandbox/wire"

// selfLimits: a process cannot limit itself on Windows; its parent puts it
// into a job object.
func selfLimits(Config) []wire.Layer {
	return []wire.Layer{
		off(LayerRlimits, "Windows has none; see %s", LayerJob),
		off(LayerMemory, "see %s", LayerJob),
	}
}
