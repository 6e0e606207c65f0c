package e2e

import (
	"strings"
	"testing"
)

// core are the tests that hold in Firefox too, by the same code: a program runs,
// stops and fails as it should, is edited, formatted, kept and shared, and shown
// as it printed, over whatever connection there is.
var core = []struct {
	name string
	test func(*testing.T)
}{
	{"RunStreams", TestRunStreams},
	{"EditThenRun", TestEditThenRun},
	{"Stop", TestStop},
	{"CompileError", TestCompileError},
	{"FindingsMove", TestFindingsMove},
	{"Streams", TestStreams},
	{"Drafts", TestDrafts},
	{"Format", TestFormat},
	{"KeysRun", TestKeysRun},
	{"FindingsWhileTyping", TestFindingsWhileTyping},
	{"Completion", TestCompletion},
	{"SignatureHelp", TestSignatureHelp},
	{"PlacesInOutput", TestPlacesInOutput},
	{"Terminal", TestTerminal},
	{"TerminalStyles", TestTerminalStyles},
	{"LongOutput", TestLongOutput},
	{"Picture", TestPicture},
	{"NoPicture", TestNoPicture},
	{"InputAfterReload", TestInputAfterReload},
	{"InputKeepsFocus", TestInputKeepsFocus},
	{"ReloadPicksUp", TestReloadPicksUp},
	{"WithoutWebsockets", TestWithoutWebsockets},
	{"ResumeAnywhere", TestResumeAnywhere},
	{"ShareARun", TestShareARun},
	{"ProgramInALink", TestProgramInALink},
	{"TimelineIsLive", TestTimelineIsLive},
	{"Timeline", TestTimeline},
	{"TimelineTable", TestTimelineTable},
	{"Chart", TestChart},
	{"Knobs", TestKnobs},
	{"OutputShiftsNothing", TestOutputShiftsNothing},
	{"DockFollowsTheReader", TestDockFollowsTheReader},
	{"AnnouncementsArePaced", TestAnnouncementsArePaced},
	{"ScriptsPrintWhatNodePrints", TestScriptsPrintWhatNodePrints},
	{"ScriptsStop", TestScriptsStop},
	{"ScriptsAreWalledIn", TestScriptsAreWalledIn},
	{"KeyList", TestKeyList},
	{"Folded", TestFolded},
	{"Embed", TestEmbed},
	{"DocumentedOutput", TestDocumentedOutput},
	{"ExactOutput", TestExactOutput},
	{"Limits", TestLimits},
	{"RunIsInView", TestRunIsInView},
	{"Axe", TestAxe},
}

// inFirefox says whether a test is one of TestFirefox's.
func inFirefox(t *testing.T) bool { return strings.HasPrefix(t.Name(), "TestFirefox/") }

// The core of these tests holds in Firefox.
func TestFirefox(t *testing.T) {
	needFirefox(t)
	for _, c := range core {
		t.Run(c.name, c.test)
	}
}
