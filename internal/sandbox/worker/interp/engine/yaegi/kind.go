package yaegi

// Kind is the grammatical category of a node.
type Kind uint

// The kinds that the engine tells apart, by yaegi's numbers.
const (
	AddressExpr      Kind = 1
	AssignStmt       Kind = 3
	AssignXStmt      Kind = 4
	BinaryExpr       Kind = 6
	BlockStmt        Kind = 7
	BreakStmt        Kind = 9
	CallExpr         Kind = 10
	CompositeLitExpr Kind = 18
	ContinueStmt     Kind = 20
	DeclStmt         Kind = 21
	ExprStmt         Kind = 26
	ForStmt0         Kind = 31
	ForStmt2         Kind = 33
	ForStmt4         Kind = 35
	ForStmt5         Kind = 36
	FuncDecl         Kind = 40
	GotoStmt         Kind = 44
	IdentExpr        Kind = 45
	IfStmt0          Kind = 46
	IfStmt1          Kind = 47
	IndexExpr        Kind = 53
	KeyValueExpr     Kind = 56
	LabeledStmt      Kind = 57
	LandExpr         Kind = 58
	LorExpr          Kind = 59
	ParenExpr        Kind = 61
	ReturnStmt       Kind = 63
	SelectorExpr     Kind = 65
	StarExpr         Kind = 69
	UnaryExpr        Kind = 78
)

// Action is what a node does when it is executed.
type Action uint

// CallSlice is the action of a call f(a, b...).
const CallSlice Action = 13

// fact is one number of yaegi's and what it is called there.
type fact[N any] struct {
	number N
	name   string
}

var kinds = []fact[Kind]{
	{AddressExpr, "addressExpr"},
	{AssignStmt, "assignStmt"},
	{AssignXStmt, "assignXStmt"},
	{BinaryExpr, "binaryExpr"},
	{BlockStmt, "blockStmt"},
	{BreakStmt, "breakStmt"},
	{CallExpr, "callExpr"},
	{CompositeLitExpr, "compositeLitExpr"},
	{ContinueStmt, "continueStmt"},
	{DeclStmt, "declStmt"},
	{ExprStmt, "exprStmt"},
	{ForStmt0, "forStmt0"},
	{ForStmt2, "forStmt2"},
	{ForStmt4, "forStmt4"},
	{ForStmt5, "forStmt5"},
	{FuncDecl, "funcDecl"},
	{GotoStmt, "gotoStmt"},
	{IdentExpr, "identExpr"},
	{IfStmt0, "ifStmt0"},
	{IfStmt1, "ifStmt1"},
	{IndexExpr, "indexExpr"},
	{KeyValueExpr, "keyValueExpr"},
	{LabeledStmt, "labeledStmt"},
	{LandExpr, "landExpr"},
	{LorExpr, "lorExpr"},
	{ParenExpr, "parenExpr"},
	{ReturnStmt, "returnStmt"},
	{SelectorExpr, "selectorExpr"},
	{StarExpr, "starExpr"},
	{UnaryExpr, "unaryExpr"},
}

var actions = []fact[Action]{
	{CallSlice, "callSlice"},
}
