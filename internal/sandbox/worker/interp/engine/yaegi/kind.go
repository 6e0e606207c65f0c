package yaegi

// Kind is the grammatical category of a node.
type Kind uint

// The kinds that the engine tells apart, by yaegi's numbers.
const (
	AddressExpr      Kind = 1
	AssignStmt       Kind = 3
	AssignXStmt      Kind = 4
	BinaryExpr       Kind = 6
	CallExpr         Kind = 10
	CompositeLitExpr Kind = 18
	DefineStmt       Kind = 23
	DefineXStmt      Kind = 24
	ForStmt2         Kind = 33
	ForStmt3         Kind = 34
	ForStmt5         Kind = 36
	ForStmt7         Kind = 38
	FuncDecl         Kind = 40
	IdentExpr        Kind = 45
	IfStmt0          Kind = 46
	IfStmt1          Kind = 47
	IfStmt2          Kind = 48
	IfStmt3          Kind = 49
	IndexExpr        Kind = 53
	KeyValueExpr     Kind = 56
	LandExpr         Kind = 58
	LorExpr          Kind = 59
	ParenExpr        Kind = 61
	ReturnStmt       Kind = 63
	SelectorExpr     Kind = 65
	StarExpr         Kind = 69
	UnaryExpr        Kind = 78
)

// Branches says whether a node of this kind goes one of two ways by a condition
// that is its child: a for statement with a condition, or an if statement.
func (k Kind) Branches() bool {
	switch k {
	case ForStmt2, ForStmt3, ForStmt5, ForStmt7, IfStmt0, IfStmt1, IfStmt2, IfStmt3:
		return true
	}
	return false
}

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
	{CallExpr, "callExpr"},
	{CompositeLitExpr, "compositeLitExpr"},
	{DefineStmt, "defineStmt"},
	{DefineXStmt, "defineXStmt"},
	{ForStmt2, "forStmt2"},
	{ForStmt3, "forStmt3"},
	{ForStmt5, "forStmt5"},
	{ForStmt7, "forStmt7"},
	{FuncDecl, "funcDecl"},
	{IdentExpr, "identExpr"},
	{IfStmt0, "ifStmt0"},
	{IfStmt1, "ifStmt1"},
	{IfStmt2, "ifStmt2"},
	{IfStmt3, "ifStmt3"},
	{IndexExpr, "indexExpr"},
	{KeyValueExpr, "keyValueExpr"},
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
